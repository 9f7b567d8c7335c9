using System.Text;
using WebStudio.Gpu.Imaging;

namespace WebStudio.Gpu.Tests.Imaging;

public class ContactSheetTests
{
    [Fact]
    public void Pictures_lie_in_rows_with_gaps_and_smaller_ones_are_centred()
    {
        var sheet = ContactSheet.Compose([Flat(10, 8, 50), Flat(10, 8, 100), Flat(4, 4, 150)], new() { Columns = 2, Gap = 3, Background = 20 });
        Assert.Equal((2 * 10 + 3 * 3, 2 * 8 + 3 * 3), (sheet.Width, sheet.Height));
        Assert.Equal((int[])[20, 50, 50, 20, 100, 100, 20], Levels(sheet, (2, 3), (3, 3), (12, 10), (13, 5), (16, 3), (25, 10), (26, 5)));
        // 4 × 4 in a cell of 10 × 8 that begins at (3, 14).
        Assert.Equal((int[])[20, 150, 150, 20], Levels(sheet, (5, 16), (6, 16), (9, 19), (10, 19)));
    }

    [Fact]
    public void A_cell_size_fits_pictures_of_any_proportion()
    {
        var sheet = ContactSheet.Compose([Flat(200, 100, 50), Flat(30, 60, 100)], new() { CellSize = 40, Gap = 0 });
        Assert.Equal((40 + 40, 40), (sheet.Width, sheet.Height));
        Assert.Equal((int[])[255, 50, 50, 255], Levels(sheet, (0, 9), (0, 10), (39, 29), (0, 30)));
        Assert.Equal((int[])[255, 100, 100, 255], Levels(sheet, (49, 0), (50, 0), (69, 39), (70, 0)));
    }

    [Fact]
    public void Captions_can_be_read()
    {
        var sheet = ContactSheet.Compose([Flat(20, 4, 90)], new() { Gap = 0, Captions = ["−7°x"] });
        Assert.Equal(4 + 9, sheet.Height);
        var drawn = new StringBuilder();
        for (var y = 0; y < 7; y++)
            drawn.Append('\n').Append(string.Concat(Enumerable.Range(0, 20).Select(x => At(sheet, (x, y)) == 0 ? '#' : '.')));
        // The third character is the last that fits.
        Assert.Equal("""

            ......#####...##....
            ..........#..#..#...
            .........#...#..#...
            #####...#.....##....
            .......#............
            .......#............
            .......#............
            """.ReplaceLineEndings("\n"), drawn.ToString());
    }

    [Fact]
    public void Nothing_or_a_wrong_number_of_captions_is_refused()
    {
        Assert.Throws<ArgumentException>(() => ContactSheet.Compose([]));
        Assert.Throws<ArgumentException>(() => ContactSheet.Compose([Flat(2, 2, 0)], new() { Captions = ["a", "b"] }));
    }

    private static RgbImage Flat(int width, int height, byte level) => new(width, height, [.. Enumerable.Repeat(level, width * height * 3)]);

    private static int[] Levels(RgbImage image, params (int X, int Y)[] pixels) => [.. pixels.Select(p => At(image, p))];

    private static int At(RgbImage image, (int X, int Y) pixel) => image.Pixels[(pixel.Y * image.Width + pixel.X) * 3];
}
