using Ctm.Tasks;
using Ctm.Tasks.Images;
using static Ctm.Tasks.Images.AutoAugment;

namespace Ctm.Tests.Tasks.Images;

/// <summary>Each operation of the augmentation against values worked out by hand, and what is drawn.</summary>
internal sealed class AugmentationTests
{
    // Rows 0 1 2 3, 4 5 6 7 and so on.
    private static readonly Picture Square = Grey(4, [.. Enumerable.Range(0, 16)]);

    [Test]
    public void Tones_SmallPictures_AreAsWorkedOut()
    {
        Picture two = Grey(2, [101, 200]);
        AssertPixels(ImageTones.Brightness(two, 1.5), 151, 255);
        AssertPixels(ImageTones.Brightness(two, 0.5), 50, 100);
        AssertPixels(ImageTones.Contrast(Grey(2, [0, 200]), 0.5), 50, 150);
        AssertPixels(ImageTones.Contrast(Grey(2, [0, 200]), 1.9), 0, 255);
        AssertPixels(ImageTones.Posterize(Grey(2, [0xAB, 0x0F]), 4), 0xA0, 0);
        AssertPixels(ImageTones.Solarize(Grey(3, [127, 128, 200]), 128), 127, 127, 55);
        AssertPixels(ImageTones.Invert(Grey(3, [0, 100, 255])), 255, 155, 0);
        AssertPixels(ImageTones.AutoContrast(Grey(3, [50, 100, 150])), 0, 127, 255);
        AssertPixels(ImageTones.AutoContrast(Grey(2, [90, 90])), 90, 90);

        // 0.299 * 200 + 0.587 * 100 + 0.114 * 50 = 124.2, in fixed point 124.7.
        Picture colour = ImageSamples.Plain(1, 1, 200, 100, 50);
        AssertPixels(ImageTones.Color(colour, 0), 124, 124, 124);
        AssertPixels(ImageTones.Color(colour, 1), 200, 100, 50);
        AssertPixels(ImageTones.Color(colour, 1.5), 238, 88, 13);
    }

    [Test]
    public void Sharpness_Spot_IsSmoothedByThirteenths()
    {
        Picture spot = Grey(3, [0, 0, 0, 0, 130, 0, 0, 0, 26]);
        AssertPixels(ImageTones.Sharpness(spot, 0), 0, 0, 0, 0, 52, 0, 0, 0, 26);
        AssertPixels(ImageTones.Sharpness(spot, 2), 0, 0, 0, 0, 208, 0, 0, 0, 26);
    }

    [Test]
    public void Equalize_TwoValues_SpreadsThemOverTheRange()
    {
        // (1024 - 512) / 255 = 2 is a step; 5 lies at 1 / 2 = 0, 200 at 513 / 2, which is cut to 255.
        Picture picture = Grey(32, [.. Enumerable.Range(0, 1024).Select(i => i < 512 ? 5 : 200)]);
        Picture equal = ImageTones.Equalize(picture);
        Assert.That(equal.Pixels[..512], Is.All.EqualTo(0));
        Assert.That(equal.Pixels[512..], Is.All.EqualTo(255));
        AssertPixels(ImageTones.Equalize(Grey(2, [5, 9])), 5, 9);
    }

    [Test]
    public void Warps_SmallSquare_TakePixelsFromWhereTheyShould()
    {
        AssertPixels(ImageWarps.Translate(Square, 1, 2), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 0, 4, 5, 6);
        AssertPixels(ImageWarps.Translate(Square, -3, 0), 3, 0, 0, 0, 7, 0, 0, 0, 11, 0, 0, 0, 15, 0, 0, 0);

        // Row y takes its pixels from x + (y + 0.5) / 2.
        AssertPixels(ImageWarps.ShearX(Square, 0.5), 0, 1, 2, 3, 5, 6, 7, 0, 9, 10, 11, 0, 14, 15, 0, 0);
        AssertPixels(ImageWarps.ShearY(Square, 0.5), 0, 5, 6, 11, 4, 9, 10, 15, 8, 13, 14, 0, 12, 0, 0, 0);
        AssertPixels(ImageWarps.Rotate(Square, 90), 3, 7, 11, 15, 2, 6, 10, 14, 1, 5, 9, 13, 0, 4, 8, 12);
        AssertPixels(ImageWarps.Rotate(Square, 0), [.. Square.Pixels.Select(v => (int)v)]);
        AssertPixels(Square.Mirror(), 3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12);
        AssertPixels(Square.CropCenter(2), 5, 6, 9, 10);
    }

    [Test]
    public void AutoAugment_Levels_AreThePublishedStrengths()
    {
        Picture picture = ImageSamples.Random(32, 32, 3, 1);
        byte[] Of(Operation operation, int level, bool isNegative) => AutoAugment.Apply(picture, operation, level, isNegative).Pixels;
        Assert.That(Of(Operation.TranslateX, 9, false), Is.EqualTo(ImageWarps.Translate(picture, 14, 0).Pixels));
        Assert.That(Of(Operation.TranslateY, 3, true), Is.EqualTo(ImageWarps.Translate(picture, 0, -4).Pixels));
        Assert.That(Of(Operation.ShearY, 9, true), Is.EqualTo(ImageWarps.ShearY(picture, -0.3).Pixels));
        Assert.That(Of(Operation.Rotate, 9, false), Is.EqualTo(ImageWarps.Rotate(picture, 30).Pixels));
        Assert.That(Of(Operation.Color, 9, true), Is.EqualTo(ImageTones.Color(picture, 1 - 0.9).Pixels));
        Assert.That(Of(Operation.Brightness, 9, false), Is.EqualTo(ImageTones.Brightness(picture, 1.9).Pixels));
        Assert.That(Of(Operation.Posterize, 7, false), Is.EqualTo(ImageTones.Posterize(picture, 5).Pixels));
        Assert.That(Of(Operation.Solarize, 0, false), Is.EqualTo(ImageTones.Solarize(picture, 255).Pixels));
        Assert.That(Of(Operation.Solarize, 9, false), Is.EqualTo(ImageTones.Invert(picture).Pixels));
    }

    [Test]
    public void AutoAugment_ManyDraws_ChangesAsOftenAsThePolicySays()
    {
        // Colours of a middle range, so that every operation changes the picture; the share follows from the table's probabilities.
        Picture noise = ImageSamples.Random(32, 32, 3, 2);
        Picture picture = noise with { Pixels = [.. noise.Pixels.Select(v => (byte)(40 + (v * 3 / 4)))] };
        const int draws = 4000;
        const double unchanged = 0.2484;
        int same = 0;
        for (ulong i = 0; i < draws; i++)
        {
            var random = new SampleRandom(3, i);
            same += AutoAugment.Apply(picture, ref random).Pixels.AsSpan().SequenceEqual(picture.Pixels) ? 1 : 0;
        }

        Assert.That((double)same / draws, Is.EqualTo(unchanged).Within(4 * Math.Sqrt(unchanged * (1 - unchanged) / draws)));
    }

    [Test]
    public void Resize_Rows_AreFilteredByTriangles()
    {
        AssertPixels(ImageResize.To(new Picture(1, 4, 1, [0, 100, 200, 100]), 1, 2), 71, 143);
        AssertPixels(ImageResize.To(new Picture(2, 1, 1, [0, 100]), 4, 1), 0, 25, 75, 100);
        Picture plain = ImageSamples.Plain(7, 13, 9, 99, 199);
        Assert.That(ImageResize.To(plain, 5, 20).Pixels, Is.EqualTo(ImageSamples.Plain(5, 20, 9, 99, 199).Pixels));
        Picture wide = ImageResize.ToShortSide(ImageSamples.Random(30, 40, 3, 1), 15);
        Picture high = ImageResize.ToShortSide(ImageSamples.Random(41, 30, 3, 1), 15);
        Assert.That((wide.Height, wide.Width, high.Height, high.Width), Is.EqualTo((15, 20, 20, 15)));
    }

    [Test]
    public void Train_PublishedPreparation_DependsOnSeedAndPositionOnly()
    {
        var preparation = new ImagePreparation { RandomCrop = 16, Flip = true, AutoAugment = true, Mean = [0, 0, 0], Std = [1, 1, 1] };
        Picture picture = ImageSamples.Random(40, 60, 3, 7);
        byte[] first = preparation.Train(picture, 1, 5).Pixels;
        Assert.That(first, Has.Length.EqualTo(16 * 16 * 3));
        Assert.That(preparation.Train(picture, 1, 5).Pixels, Is.EqualTo(first));
        Assert.That(preparation.Train(picture, 1, 6).Pixels, Is.Not.EqualTo(first));
        Assert.That(preparation.Train(picture, 2, 5).Pixels, Is.Not.EqualTo(first));
    }

    [Test]
    public void Train_RandomCrop_CoversPartsOfTheRightSizeAllOver()
    {
        // The picture tells its own places: red grows to the right, green downwards.
        byte[] pixels = [.. Enumerable.Range(0, 200 * 200).SelectMany(i => new byte[] { (byte)(i % 200), (byte)(i / 200), 0 })];
        var picture = new Picture(200, 200, 3, pixels);
        var preparation = new ImagePreparation { RandomCrop = 20, Mean = [0, 0, 0], Std = [1, 1, 1] };
        var parts = new List<double>();
        for (int i = 0; i < 400; i++)
        {
            byte[] p = preparation.Train(picture, 3, i).Pixels;
            double width = (p[3 * 19] - p[0]) / 0.95, height = (p[(3 * 19 * 20) + 1] - p[1]) / 0.95;
            parts.Add(width * height / 40000);
            Assert.That(width / height, Is.InRange(0.7, 1.43), $"{i}");
        }

        Assert.That(parts, Is.All.InRange(0.06, 1.05));
        Assert.That(parts.Average(), Is.InRange(0.42, 0.62), "near the middle of 0.08 and 1, less what does not fit");
    }

    [Test]
    public void Train_CropPaddingAndFlip_MovesBothWaysAndMirrorsHalf()
    {
        var moved = new ImagePreparation { CropPadding = 1, Mean = [0], Std = [1] };
        var places = new HashSet<string>();
        for (int i = 0; i < 200; i++)
        {
            places.Add(string.Join(' ', moved.Train(Square, 1, i).Pixels));
        }

        Assert.That(places, Has.Count.EqualTo(9));
        Assert.That(places, Does.Contain("0 0 0 0 0 0 1 2 0 4 5 6 0 8 9 10").And.Contain("5 6 7 0 9 10 11 0 13 14 15 0 0 0 0 0"));
        var mirrored = new ImagePreparation { Flip = true, Mean = [0], Std = [1] };
        int count = Enumerable.Range(0, 400).Count(i => mirrored.Train(Square, 1, i).Pixels[0] == 3);
        Assert.That(count, Is.InRange(160, 240));
    }

    [Test]
    public void Test_ResizeAndCrop_TakesTheMiddleOrTheWhole()
    {
        Picture picture = ImageSamples.Random(60, 90, 3, 2);
        var crop = new ImagePreparation { Resize = 30, CenterCrop = 24, Mean = [0, 0, 0], Std = [1, 1, 1] };
        Picture whole = (crop with { CenterCrop = 0 }).Test(picture), middle = crop.Test(picture);
        Assert.That((whole.Height, whole.Width), Is.EqualTo((30, 45)));
        Assert.That(middle.Pixels, Is.EqualTo(whole.Crop(3, 10, 24, 24).Pixels));
    }

    [Test]
    public void Normalize_Channels_SubtractsMeansAndDivides()
    {
        var preparation = new ImagePreparation { Mean = [0.5, 0.25, 0], Std = [0.5, 0.25, 2] };
        var inputs = new float[3];
        preparation.Normalize(ImageSamples.Plain(1, 1, 255, 0, 51), inputs);
        Assert.That(inputs, Is.EqualTo(new[] { 1f, -1f, 0.1f }).Within(1e-6f));
    }

    private static Picture Grey(int width, int[] values) => new(values.Length / width, width, 1, [.. values.Select(v => (byte)v)]);

    private static void AssertPixels(Picture picture, params int[] expected) =>
        Assert.That(picture.Pixels.Select(p => (int)p), Is.EqualTo(expected));
}
