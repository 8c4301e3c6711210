using Ctm.Tasks;
using Ctm.Tasks.Images;

namespace Ctm.Tests.Tasks.Images;

internal sealed class ImageBatchSourceTests
{
    private static readonly ImagePreparation Plain = new() { Mean = [0], Std = [1.0 / 255] };

    // Ten pictures of one pixel, whose value is their number; classes alternate.
    private static readonly ImageSet Ten = new(
        1, 1, 1, ["even", "odd"], [.. Enumerable.Range(0, 10).Select(i => (byte)i)], [.. Enumerable.Range(0, 10).Select(i => (byte)(i % 2))]);

    [Test]
    public void Read_TwoEpochs_DealsEveryPictureOnceInEachInANewOrder()
    {
        var source = new ImageBatchSource(Ten, Plain, 1);
        float[] all = source.Read(0, 20).Inputs;
        Assert.That(all[..10].Order(), Is.EqualTo(Enumerable.Range(0, 10)).AsCollection);
        Assert.That(all[10..].Order(), Is.EqualTo(Enumerable.Range(0, 10)).AsCollection);
        Assert.That(all[..10], Is.Not.EqualTo(all[10..]));
        Assert.That(all[..10], Is.Not.Ordered);
        ImageBatch batch = source.Read(7, 6);
        Assert.That(batch.Inputs, Is.EqualTo(all[7..13]), "any position by itself");
        Assert.That(batch.Labels, Is.EqualTo(batch.Inputs.Select(v => (int)v % 2)));
        Assert.That(new ImageBatchSource(Ten, Plain, 2).Read(0, 10).Inputs, Is.Not.EqualTo(all[..10]));
    }

    [Test]
    public void Test_AnyPart_ComesInOrder()
    {
        ImageBatch batch = ImageBatchSource.Test(Ten, Plain, 3, 4);
        Assert.That(batch.Inputs, Is.EqualTo(new[] { 3f, 4f, 5f, 6f }));
        Assert.That((batch.Count, batch.Height, batch.Width, batch.Channels), Is.EqualTo((4, 1, 1, 1)));
    }

    [Test]
    public void Test_PicturesOfSeveralSizes_SaysWhatToSet() => Assert.That(
        () => ImageBatchSource.Test(new TwoSizes(), Plain, 0, 2),
        Throws.TypeOf<TaskSettingException>().With.Message.EqualTo(
            "The pictures have several sizes, such as 1 x 1 and 1 x 2: set resize and center_crop, and random_crop for training."));

    [Test]
    public void Test_DamagedPictures_NamesTheFirst() => Assert.That(
        () => ImageBatchSource.Test(new Damaged(), Plain, 0, 5),
        Throws.TypeOf<InvalidDataException>().With.Message.EqualTo("picture 2 is damaged"));

    private sealed class TwoSizes : IImageSource
    {
        public int Count => 2;

        public IReadOnlyList<string> ClassNames => ["a"];

        public bool IsSlow => true;

        public int LabelOf(int index) => 0;

        public Picture Read(int index) => new(1, index + 1, 1, new byte[index + 1]);
    }

    private sealed class Damaged : IImageSource
    {
        public int Count => 5;

        public IReadOnlyList<string> ClassNames => ["a"];

        public bool IsSlow => true;

        public int LabelOf(int index) => 0;

        public Picture Read(int index) =>
            index < 2 ? new Picture(1, 1, 1, [0]) : throw new InvalidDataException($"picture {index} is damaged");
    }
}
