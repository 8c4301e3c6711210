using Ctm.Tasks.Measures;

namespace Ctm.Tasks.Images;

/// <summary>
/// Batches of pictures by position, the number of pictures dealt before; those to train with in a new order every epoch. What a position
/// holds depends on seed and position alone, so a resumed run sees exactly what an uninterrupted one would. One per thread.
/// </summary>
/// <param name="source">The pictures.</param>
/// <param name="preparation">How they become inputs.</param>
/// <param name="seed">Steers order and augmentation.</param>
internal sealed class ImageBatchSource(IImageSource source, ImagePreparation preparation, ulong seed)
{
    private readonly EpochOrder order = new(source.Count, seed), testOrder = new(source.Count, 0);

    /// <summary>A batch from a position on.</summary>
    /// <exception cref="TaskSettingException">When the prepared pictures have several sizes.</exception>
    public SampleBatch Read(long position, int count)
    {
        int[] indices = [.. Enumerable.Range(0, count).Select(i => order.At(position + i))];
        return Batch(source, preparation, indices, (picture, i) => preparation.Train(picture, seed, position + i));
    }

    /// <summary>
    /// A batch of test pictures from a position on, in one order whatever the seed, in which classes are mixed: any number of them from the
    /// first on is a fair sample.
    /// </summary>
    /// <exception cref="TaskSettingException">When the prepared pictures have several sizes.</exception>
    public SampleBatch Test(int first, int count)
    {
        int[] indices = [.. Enumerable.Range(first, count).Select(i => testOrder.At(i))];
        return Batch(source, preparation, indices, (picture, _) => preparation.Test(picture));
    }

    private static SampleBatch Batch(IImageSource source, ImagePreparation preparation, int[] indices, Func<Picture, int, Picture> prepare)
    {
        var pictures = new Picture[indices.Length];
        if (source.IsSlow)
        {
            ReadAll(source, indices, prepare, pictures);
        }
        else
        {
            for (int i = 0; i < indices.Length; i++)
            {
                pictures[i] = prepare(source.Read(indices[i]), i);
            }
        }

        Picture first = pictures[0];
        var inputs = new float[pictures.Length * first.Pixels.Length];
        for (int i = 0; i < pictures.Length; i++)
        {
            if (pictures[i].Height != first.Height || pictures[i].Width != first.Width)
            {
                throw new TaskSettingException(
                    $"The pictures have several sizes, such as {first.Height} x {first.Width} and {pictures[i].Height} x "
                    + $"{pictures[i].Width}: "
                    + "set resize and center_crop, and random_crop for training.");
            }

            preparation.Normalize(pictures[i], inputs.AsSpan(i * first.Pixels.Length, first.Pixels.Length));
        }

        return new SampleBatch(first.Height, first.Width, inputs, [.. indices.Select(source.LabelOf)]);
    }

    // Of several damaged pictures the first one is told.
    private static void ReadAll(IImageSource source, int[] indices, Func<Picture, int, Picture> prepare, Picture[] pictures)
    {
        var faults = new Exception?[indices.Length];
        Parallel.For(0, indices.Length, i =>
        {
            try
            {
                pictures[i] = prepare(source.Read(indices[i]), i);
            }
            catch (Exception fault) when (fault is InvalidDataException or IOException or UnauthorizedAccessException)
            {
                faults[i] = fault;
            }
        });
        if (Array.Find(faults, fault => fault is not null) is { } first)
        {
            throw new InvalidDataException(first.Message, first);
        }
    }
}
