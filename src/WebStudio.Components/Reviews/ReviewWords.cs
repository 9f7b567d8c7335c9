namespace WebStudio.Components.Reviews;

/// <summary>States of a review as pages call them.</summary>
public static class ReviewWords
{
    /// <summary>In a word or two.</summary>
    public static string Of(ReviewState state) => state switch
    {
        ReviewState.Waiting => "waits for review",
        ReviewState.Approved => "approved",
        ReviewState.SentBack => "sent back",
        _ => "rejected",
    };
}
