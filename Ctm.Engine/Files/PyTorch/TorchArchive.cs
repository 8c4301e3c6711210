namespace Ctm.Engine.Files.PyTorch;

/// <summary>
/// A file of <c>torch.save</c> since PyTorch 1.6: a zip file with a pickle <c>NAME/data.pkl</c>, whose tensors refer to raw numbers
/// in <c>NAME/data/KEY</c>, little-endian unless <c>NAME/byteorder</c> says otherwise.
/// </summary>
internal sealed class TorchArchive
{
    private const string PickleName = "/data.pkl";
    private readonly FileBytes file;
    private readonly ZipDirectory directory;
    private readonly ZipContent content;
    private readonly string root;

    private TorchArchive(FileBytes file)
    {
        this.file = file;
        CheckStart(file);
        directory = ZipDirectory.Read(file);
        content = new ZipContent(file);
        string[] pickles = [.. directory.Entries.Keys.Where(IsPickle)];
        if (pickles.Length != 1)
        {
            throw Bad($"the zip file has {pickles.Length} entries NAME/data.pkl; a checkpoint of PyTorch has one");
        }

        root = pickles[0][..^PickleName.Length];
        if (directory.Entries.ContainsKey($"{root}/constants.pkl"))
        {
            throw Bad("this is a TorchScript program; a checkpoint that torch.save wrote is needed");
        }

        IsBigEndian = ReadByteOrder();
        Value = PickleMachine.Read(content.Read(directory.Entries[pickles[0]]), file.Path);
    }

    /// <summary>What was saved.</summary>
    public object? Value { get; }

    /// <summary>Whether numbers have their highest byte first.</summary>
    public bool IsBigEndian { get; }

    /// <summary>Reads directory and pickle; numbers of tensors are read when asked for.</summary>
    /// <exception cref="CheckpointFormatException">The file is damaged, hostile, or of another form.</exception>
    public static TorchArchive Read(FileBytes file)
    {
        return new TorchArchive(file);
    }

    /// <summary>The zip entry of a storage.</summary>
    /// <exception cref="CheckpointFormatException">It is missing, or has not as many numbers as the pickle says.</exception>
    public ZipEntry Find(TorchStorage storage)
    {
        if (!directory.Entries.TryGetValue($"{root}/data/{storage.Key}", out ZipEntry? entry))
        {
            throw Bad($"the zip file has no entry {MessageText.Quote($"{root}/data/{storage.Key}")} with the numbers of a tensor");
        }

        int size = storage.IsBytes ? 1 : storage.Type?.Size()
            ?? throw Bad("a tensor of the model has complex numbers; it must have real ones");
        return storage.Count == entry.Size / size && entry.Size % size == 0
            ? entry
            : throw Bad($"the zip entry {MessageText.Quote(entry.Name)} has {entry.Size} bytes; {storage.Count} numbers of {size} bytes "
                + "should be there");
    }

    /// <summary>The raw numbers of a storage.</summary>
    /// <exception cref="CheckpointFormatException">They are missing or damaged.</exception>
    public byte[] ReadStorage(TorchStorage storage)
    {
        return content.Read(Find(storage));
    }

    private static bool IsPickle(string name) =>
        name.EndsWith(PickleName, StringComparison.Ordinal)
            && name.IndexOf('/', StringComparison.Ordinal) == name.Length - PickleName.Length;

    private static void CheckStart(FileBytes file)
    {
        Span<byte> start = stackalloc byte[4];
        if (file.Length < start.Length)
        {
            throw new CheckpointFormatException(file.Path, $"the file has {file.Length} bytes; it is no checkpoint of PyTorch");
        }

        file.Read(0, start);
        if (start.StartsWith("PK"u8))
        {
            return;
        }

        // The old form is a row of pickles, the first of which is a number; the one before that a tar file.
        throw new CheckpointFormatException(file.Path, start[0] == PickleOpcode.Protocol
            ? "this is a pickle, as PyTorch wrote before 1.6; load it there and save it again with torch.save of PyTorch 1.6 or later"
            : "the file is no zip file; a checkpoint that torch.save of PyTorch 1.6 or later wrote is needed");
    }

    private bool ReadByteOrder()
    {
        if (!directory.Entries.TryGetValue($"{root}/byteorder", out ZipEntry? entry))
        {
            return false;
        }

        ReadOnlySpan<byte> order = entry.Size <= 16 ? content.Read(entry) : [];
        return order.SequenceEqual("big"u8)
            || (order.SequenceEqual("little"u8) ? false
                : throw Bad("the entry byteorder says neither little nor big; the file is damaged"));
    }

    private CheckpointFormatException Bad(string problem)
    {
        return new CheckpointFormatException(file.Path, problem);
    }
}
