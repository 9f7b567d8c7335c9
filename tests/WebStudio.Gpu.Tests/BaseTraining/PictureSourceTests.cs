using System.Formats.Tar;
using WebStudio.Gpu.BaseTraining;
using WebStudio.Gpu.Imaging;
using WebStudio.Gpu.Tests.Imaging;
using static TorchSharp.torch;

namespace WebStudio.Gpu.Tests.BaseTraining;

public sealed class PictureSourceTests : IDisposable
{
    private readonly TinyPictures _pictures = new();

    public void Dispose() => _pictures.Dispose();

    [Fact]
    public void A_tar_archive_gives_the_pictures_of_the_folder_it_was_made_of()
    {
        _pictures.WithDiscs(30);
        File.WriteAllText(_pictures.Place("index.csv"), "file,identity,held_out\r\ndisc03.png,anna,1\r\ndisc04.png,bert,0\r\n");
        var archive = _pictures.Place("../" + Path.GetFileName(_pictures.Folder) + ".tar");
        TarFile.CreateFromDirectory(_pictures.Folder, archive, includeBaseDirectory: true);
        try
        {
            using var folder = TrainingPictures.Load([new PictureSource(_pictures.Folder)], 32);
            using var tar = TrainingPictures.Load([new PictureSource(archive)], 32);
            Assert.Equal(29, folder.Count);
            Assert.Equal(1, folder.HeldOut.Count);
            Near.Equal(folder.Whole!, tar.Whole!, 0);
            Near.Equal(folder.HeldOut.Pictures, tar.HeldOut.Pictures, 0);
        }
        finally
        {
            File.Delete(archive);
        }
    }

    [Fact]
    public void A_person_of_whom_one_picture_is_held_out_is_not_learnt_from_any_other()
    {
        _pictures.WithDiscs(20);
        File.WriteAllText(_pictures.Place("index.csv"), "file,identity,held_out\ndisc00.png,anna,1\ndisc01.png,anna,0\ndisc02.png,bert,0\ndisc03.png,carl,1\n");
        using var pictures = TrainingPictures.Load([new PictureSource(_pictures.Folder)], 32);
        Assert.Equal((17, 3, 2), ((int)pictures.Count, pictures.HeldOut.Count, pictures.HeldOut.People));
        Assert.Equal([0.5, 1, 0.5], pictures.HeldOut.Weights);
    }

    [Fact]
    public void Without_an_index_every_25th_picture_is_kept_and_beside_an_index_none()
    {
        _pictures.WithDiscs(60);
        using var marked = new TinyPictures().WithDiscs(20);
        File.WriteAllText(marked.Place("index.csv"), "file,held_out\ndisc07.png,1\n");
        using var alone = TrainingPictures.Load([new PictureSource(_pictures.Folder)], 32);
        using var both = TrainingPictures.Load([new PictureSource(_pictures.Folder), new PictureSource(marked.Folder)], 32);
        Assert.Equal((58, 2), ((int)alone.Count, alone.HeldOut.Count));
        Assert.Equal((79, 1), ((int)both.Count, both.HeldOut.Count));
    }

    [Fact]
    public void Pictures_of_sub_folders_are_told_apart_by_their_folder_and_by_the_index_in_it()
    {
        foreach (var who in (string[])["anna", "bert"])
        {
            Directory.CreateDirectory(_pictures.Place(who));
            using var discs = new TinyPictures().WithDiscs(20);
            foreach (var file in Directory.GetFiles(discs.Folder))
                File.Copy(file, _pictures.Place($"{who}/{Path.GetFileName(file)}"));
        }
        File.WriteAllText(_pictures.Place("bert/index.csv"), "file,identity,held_out\ndisc07.png,bert,1\ndisc08.png,bert,0\n");
        using var pictures = TrainingPictures.Load([new PictureSource(_pictures.Folder)], 32);
        Assert.Equal((38, 2, 1), ((int)pictures.Count, pictures.HeldOut.Count, pictures.HeldOut.People));
    }

    [Fact]
    public void A_folder_knows_what_lies_within_it()
    {
        var source = new PictureSource(_pictures.Folder);
        Assert.True(source.Holds(_pictures.Folder));
        Assert.True(source.Holds(_pictures.Place("runs/new")));
        Assert.False(source.Holds(_pictures.Folder + "2"));
        Assert.False(source.Holds(_pictures.Place("../runs")));
    }

    [Fact]
    public void A_photo_that_lies_on_its_side_is_learnt_upright_and_one_that_ends_early_is_passed_over()
    {
        var photo = ImageEncoder.Encode(PictureBytes.Gradient(64, 48), ImageFormat.Jpeg, 95);
        var (upright, turned) = (MaskedPicture.Decode(photo, "photo", 48), MaskedPicture.Decode(PictureBytes.WithOrientation(photo, 6), "turned", 48));
        // Orientation 6: its rows run down the right side, so (x, y) of the square in the middle is shown at (side − 1 − y, x).
        for (var y = 0; y < 48; y++)
            for (var x = 0; x < 48; x++)
                Assert.Equal(upright.Rgb[y * 48 + x], turned.Rgb[x * 48 + 47 - y]);
        Assert.Contains("cut off", Assert.Throws<InvalidInputException>(() => MaskedPicture.Decode(photo[..(photo.Length / 2)], "cut", 48)).Message);
    }

    [Fact]
    public void Alpha_becomes_a_mask_and_a_wide_picture_loses_its_sides()
    {
        // 96 × 64: the middle 64 columns stay; of these the left 24 are transparent.
        File.WriteAllBytes(_pictures.Place("wide.png"), TinyPictures.Png(96, 64, (x, y) => ((byte)x, (byte)y, 7, x < 40 ? (byte)0 : (byte)255)));
        var picture = MaskedPicture.Decode(File.ReadAllBytes(_pictures.Place("wide.png")), "wide.png", 64);
        Assert.NotNull(picture.Mask);
        for (var y = 0; y < 64; y++)
            for (var x = 0; x < 64; x++)
            {
                Assert.Equal(x >= 24 ? 1 : 0, picture.Mask[y * 64 + x]);
                if (x >= 24)
                    Assert.Equal((x + 16, y, 7), (picture.Rgb[y * 64 + x], picture.Rgb[4096 + y * 64 + x], picture.Rgb[8192 + y * 64 + x]));
            }
    }

    [Fact]
    public void A_damaged_picture_is_named_and_passed_over()
    {
        _pictures.WithDiscs(30);
        File.WriteAllBytes(_pictures.Place("broken.png"), [1, 2, 3]);
        File.WriteAllBytes(_pictures.Place("cut.png"), File.ReadAllBytes(_pictures.Place("disc00.png"))[..200]);
        var said = new List<string>();
        using var pictures = TrainingPictures.Load([new PictureSource(_pictures.Folder)], 32, said.Add);
        Assert.Equal(30, pictures.Count + pictures.HeldOut.Count);
        Assert.Equal(2, said.Count);
        Assert.Contains("broken.png", said[0]);
        Assert.Contains("cut.png", said[1]);
    }

    [Fact]
    public void What_cannot_be_a_source_is_told_in_a_sentence()
    {
        Assert.Contains("is not there", Assert.Throws<InvalidInputException>(() => new PictureSource(_pictures.Place("nowhere"))).Message);
        Assert.Contains("holds no picture", Loading().Message);
        File.WriteAllText(_pictures.Place("note.txt"), new string('x', 2000));
        Assert.Contains("cannot be read as a tar archive", Assert.Throws<InvalidInputException>(() => TrainingPictures.Load([new PictureSource(_pictures.Place("note.txt"))], 32)).Message);
        _pictures.WithDiscs(10);
        Assert.Contains("10 pictures to train on are too few", Loading().Message);
        _pictures.WithDiscs(20);
        Assert.Contains("no picture to measure with", Loading().Message);
        File.WriteAllText(_pictures.Place("index.csv"), "name,held_out\ndisc00.png,1\n");
        Assert.Contains("index.csv has no column 'file'", Loading().Message);
    }

    private InvalidInputException Loading() => Assert.Throws<InvalidInputException>(() => TrainingPictures.Load([new PictureSource(_pictures.Folder)], 32));

    [Fact]
    public void A_training_of_masked_pictures_alone_measures_inside_their_masks()
    {
        _pictures.WithDiscs(50, transparentLeft: true);
        using var pictures = TrainingPictures.Load([new PictureSource(_pictures.Folder)], 64);
        Assert.Null(pictures.Whole);
        Assert.Equal(2, pictures.HeldOut.Count);
        using var scope = NewDisposeScope();
        var expected = cat([zeros(64, 16), ones(64, 48)], 1);
        Near.Equal(expected, pictures.HeldOut.Masks[0, 0].to(ScalarType.Float32), 0);
        foreach (var chunk in pictures.Typical(16))
            Assert.Equal(0, chunk.narrow(3, 0, 16).abs().max().item<float>());
    }
}
