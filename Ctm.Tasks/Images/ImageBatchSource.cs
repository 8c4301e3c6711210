namespace Ctm.Tasks.Images;

/// <summary>
/// Batches of training pictures by position, the number of pictures drawn before, in a new order every epoch. What a position holds
/// depends on seed and position alone, so a resumed run sees exactly what an uninterrupted one would. One per thread.
/// </summary>
/// <param name="source">The pictures.</param>
/// <param name="preparation">How they become inputs.</param>
/// <param name="seed">Steers order and augmentation.</param>
internal sealed class ImageBatchSource(IImageSource source, ImagePreparation preparation, ulong seed)
{
    private readonly EpochOrder order = new(source.Count, seed);

    /// <summary>A batch from a position on.</summary>
    /// <exception cref="TaskSettingException">When the prepared pictures have several sizes.</exception>
    public ImageBatch Read(long position, int count)
    {
        int[] indices = [.. Enumerable.Range(0, count).Select(i => order.At(position + i))];
        return Batch(source, preparation, indices, (picture, i) => preparation.Train(picture, seed, position + i));
    }

    /// <summary>A batch of test pictures in the order of the source.</summary>
    /// <exception cref="TaskSettingException">When the prepared pictures have several sizes.</exception>
    public static ImageBatch Test(IImageSource source, ImagePreparation preparation, int first, int count) =>
        Batch(source, preparation, [.. Enumerable.Range(first, count)], (picture, _) => preparation.Test(picture));

    private static ImageBatch Batch(IImageSource source, ImagePreparation preparation, int[] indices, Func<Picture, int, Picture> prepare)
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
                    $"The pictures have several sizes, such as {first.Height} x {first.Width} and {pictures[i].Height} x {pictures[i].Width}: "
                    + "set resize and center_crop, and random_crop for training.");
            }

            preparation.Normalize(pictures[i], inputs.AsSpan(i * first.Pixels.Length, first.Pixels.Length));
        }

        return new ImageBatch(
            pictures.Length, first.Height, first.Width, first.Channels, inputs, [.. indices.Select(source.LabelOf)]);
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
