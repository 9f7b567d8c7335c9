using MudBlazor;

namespace WebStudio.Components.Layout;

/// <summary>Colours and type of the application: neutral greys, because pictures carry the colour, and one accent. Both palettes are from the same tokens.</summary>
internal static class StudioTheme
{
    public static MudTheme Theme { get; } = new()
    {
        PaletteLight = new PaletteLight
        {
            Primary = "#2f6f8f",
            Secondary = "#5c6770",
            Background = "#f3f4f5",
            Surface = "#ffffff",
            AppbarBackground = "#ffffff",
            AppbarText = "#1d2125",
            DrawerBackground = "#ffffff",
            TextPrimary = "#1d2125",
            TextSecondary = "#596067",
            LinesDefault = "#dde1e4",
            Divider = "#dde1e4",
            Success = "#2c7a4b",
            Warning = "#96600a",
            Error = "#a3282d",
            Info = "#2f6f8f",
        },
        PaletteDark = new PaletteDark
        {
            Primary = "#7fb9d6",
            PrimaryContrastText = "#10202a",
            Secondary = "#a3abb2",
            Background = "#17191b",
            Surface = "#232629",
            AppbarBackground = "#1d2022",
            AppbarText = "#e8eaec",
            DrawerBackground = "#1d2022",
            TextPrimary = "#e8eaec",
            TextSecondary = "#a3abb2",
            LinesDefault = "#3a4046",
            Divider = "#3a4046",
            Success = "#7cc596",
            Warning = "#e0ae5e",
            Error = "#ff9a94",
            Info = "#7fb9d6",
        },
        Typography = new Typography
        {
            H4 = new H4Typography { FontSize = "1.75rem", FontWeight = "500", LetterSpacing = "0" },
            Button = new ButtonTypography { TextTransform = "none", FontWeight = "500", LetterSpacing = "0" },
        },
        LayoutProperties = new LayoutProperties { DefaultBorderRadius = "8px", DrawerWidthLeft = "260px" },
    };
}
