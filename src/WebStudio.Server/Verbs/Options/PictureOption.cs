using System.CommandLine;
using WebStudio.Gpu;
using WebStudio.Gpu.Imaging;

namespace WebStudio.Server.Verbs.Options;

/// <summary>A picture file to write; its extension says the format.</summary>
internal static class PictureOption
{
    public static Option<string> Create(string name, string description)
    {
        var option = new Option<string>(name) { Description = $"{description} (.png, .jpg or .webp)", HelpName = "FILE", Required = true };
        option.Validators.Add(result =>
        {
            try
            {
                if (result.Tokens.Count == 1)
                    ImageFile.FormatOf(result.Tokens[0].Value);
            }
            catch (InvalidInputException e)
            {
                result.AddError($"{name}: {e.Message}");
            }
        });
        return option;
    }
}
