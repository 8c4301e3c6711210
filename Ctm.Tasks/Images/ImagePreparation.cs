using Ctm.Tasks.Runs;

namespace Ctm.Tasks.Images;

/// <summary>
/// How pictures become inputs. Training pictures: a random part of them, or the whole, resized; moved by a few pixels; mirrored by
/// chance; AutoAugment; normalised. Test pictures: resized, cut, normalised.
/// </summary>
public sealed record ImagePreparation
{
    private const int Attempts = 10;

    /// <summary>
    /// Rows and columns of a random part of a training picture (8 to 100 % of its area, sides as 3 : 4 to 4 : 3) after resizing; 0 takes
    /// training pictures as test pictures are taken.
    /// </summary>
    public int RandomCrop { get; init; }

    /// <summary>Black pixels that are put around a training picture before it is cut to its size again, anywhere; 0 for none.</summary>
    public int CropPadding { get; init; }

    /// <summary>Mirrors half of the training pictures, left to right.</summary>
    public bool Flip { get; init; }

    /// <summary>Changes training pictures by AutoAugment's policy for CIFAR-10.</summary>
    public bool AutoAugment { get; init; }

    /// <summary>Length of a test picture's shorter side after resizing; 0 leaves pictures as they are.</summary>
    public int Resize { get; init; }

    /// <summary>Rows and columns of the middle of a test picture that is taken; 0 takes the whole: the published, uncropped read-out.</summary>
    public int CenterCrop { get; init; }

    /// <summary>Means of the channels, of values in [0, 1]; they are subtracted.</summary>
    public required IReadOnlyList<double> Mean { get; init; }

    /// <summary>Deviations of the channels; differences from the mean are divided by them.</summary>
    public required IReadOnlyList<double> Std { get; init; }

    /// <summary>Checks the settings.</summary>
    /// <param name="channels">Channels of the pictures.</param>
    /// <exception cref="TaskSettingException">When a setting is out of range.</exception>
    internal void Check(int channels)
    {
        TrainingSettings.AtLeast("random_crop", RandomCrop, 0);
        TrainingSettings.AtLeast("crop_padding", CropPadding, 0);
        TrainingSettings.AtLeast("resize", Resize, 0);
        TrainingSettings.AtLeast("center_crop", CenterCrop, 0);
        TrainingSettings.Require(Mean.Count == channels, $"mean has {Mean.Count} values, the pictures have {channels} channels");
        TrainingSettings.Require(Std.Count == channels, $"std has {Std.Count} values, the pictures have {channels} channels");
        foreach (double deviation in Std)
        {
            TrainingSettings.Require(deviation > 0, $"std has {deviation}, it must be above 0");
        }
    }

    /// <summary>A training picture by chance.</summary>
    /// <param name="picture">The picture as stored.</param>
    /// <param name="seed">Seed of the run.</param>
    /// <param name="position">Number of the picture in the stream of training pictures: what is drawn depends on it and the seed.</param>
    internal Picture Train(Picture picture, ulong seed, long position)
    {
        var random = new SampleRandom(seed, (ulong)position);
        Picture p = RandomCrop > 0 ? CropRandomly(picture, ref random) : Test(picture);
        if (CropPadding > 0)
        {
            int places = (2 * CropPadding) + 1;
            p = p.Crop(random.Below(places) - CropPadding, random.Below(places) - CropPadding, p.Height, p.Width);
        }

        p = Flip && random.Below(2) == 0 ? p.Mirror() : p;
        return AutoAugment ? Images.AutoAugment.Apply(p, ref random) : p;
    }

    /// <summary>A test picture.</summary>
    internal Picture Test(Picture picture)
    {
        Picture p = Resize > 0 ? ImageResize.ToShortSide(picture, Resize) : picture;
        return CenterCrop > 0 ? p.CropCenter(CenterCrop) : p;
    }

    /// <summary>Writes a prepared picture as inputs, channels last.</summary>
    internal void Normalize(Picture picture, Span<float> inputs)
    {
        int channels = picture.Channels;
        for (int i = 0; i < inputs.Length; i++)
        {
            int c = i % channels;
            inputs[i] = (float)(((picture.Pixels[i] / 255.0) - Mean[c]) / Std[c]);
        }
    }

    // Where no part of the drawn area and sides fits, another is drawn; after ten the middle is taken, as wide or as high as sides allow.
    private Picture CropRandomly(Picture picture, ref SampleRandom random)
    {
        const double narrowest = 3.0 / 4, widest = 4.0 / 3;
        double area = (double)picture.Height * picture.Width;
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            double part = area * (0.08 + (0.92 * random.Uniform()));
            double ratio = Math.Exp(Math.Log(narrowest) + ((Math.Log(widest) - Math.Log(narrowest)) * random.Uniform()));
            int width = (int)Math.Round(Math.Sqrt(part * ratio)), height = (int)Math.Round(Math.Sqrt(part / ratio));
            if (width > 0 && width <= picture.Width && height > 0 && height <= picture.Height)
            {
                int top = random.Below(picture.Height - height + 1), left = random.Below(picture.Width - width + 1);
                return ImageResize.To(picture.Crop(top, left, height, width), RandomCrop, RandomCrop);
            }
        }

        double sides = (double)picture.Width / picture.Height;
        int across = sides > widest ? (int)Math.Round(picture.Height * widest) : picture.Width;
        int down = sides < narrowest ? (int)Math.Round(picture.Width / narrowest) : picture.Height;
        Picture middle = picture.Crop((picture.Height - down) / 2, (picture.Width - across) / 2, down, across);
        return ImageResize.To(middle, RandomCrop, RandomCrop);
    }
}
