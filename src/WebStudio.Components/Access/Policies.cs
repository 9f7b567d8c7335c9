namespace WebStudio.Components.Access;

/// <summary>Names of the authorisation policies; without one, being signed in is asked for everywhere.</summary>
public static class Policies
{
    /// <summary>A supervisor of a studio.</summary>
    public const string Supervisor = "supervisor";

    /// <summary>Somebody who runs the server.</summary>
    public const string Admin = "admin";
}
