using Ctm.Tasks;
using Ctm.Tasks.Images;
using Ctm.Tasks.Measures;

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
        SampleBatch batch = source.Read(7, 6);
        Assert.That(batch.Inputs, Is.EqualTo(all[7..13]), "any position by itself");
        Assert.That(batch.Targets, Is.EqualTo(batch.Inputs.Select(v => (int)v % 2)));
        Assert.That(new ImageBatchSource(Ten, Plain, 2).Read(0, 10).Inputs, Is.Not.EqualTo(all[..10]));
    }

    [Test]
    public void Test_AnyPart_IsOfOneOrderWhateverTheSeed()
    {
        float[] all = new ImageBatchSource(Ten, Plain, 1).Test(0, 10).Inputs;
        Assert.That(all, Is.EquivalentTo(Enumerable.Range(0, 10)));
        Assert.That(all, Is.Not.Ordered);
        SampleBatch batch = new ImageBatchSource(Ten, Plain, 2).Test(3, 4);
        Assert.That(batch.Inputs, Is.EqualTo(all[3..7]));
        Assert.That(batch.Targets, Is.EqualTo(batch.Inputs.Select(v => (int)v % 2)));
        Assert.That((batch.Height, batch.Width), Is.EqualTo((1, 1)));
    }

    [Test]
    public void Test_PicturesOfSeveralSizes_SaysWhatToSet() => Assert.That(
        () => new ImageBatchSource(new TwoSizes(), Plain, 0).Test(0, 2),
        Throws.TypeOf<TaskSettingException>().With.Message.Match(
            "^The pictures have several sizes, such as 1 x [12] and 1 x [12]: set resize and center_crop, and random_crop for training\\.$"));

    [Test]
    public void Test_DamagedPictures_NamesTheFirst() => Assert.That(
        () => new ImageBatchSource(new Damaged(), Plain, 0).Test(0, 5),
        Throws.TypeOf<InvalidDataException>().With.Message.Match("^picture [234] is damaged$"));

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
