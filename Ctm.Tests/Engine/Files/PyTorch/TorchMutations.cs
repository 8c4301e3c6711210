using System.Text;
using Ctm.Tests.Fuzzing;

namespace Ctm.Tests.Engine.Files.PyTorch;

/// <summary>Damages PyTorch files where it goes deep: opcodes of the pickle, entries of the zip directory, and single bytes.</summary>
internal sealed class TorchMutations
{
    private static readonly (string Module, string Name)[] Globals =
    [
        ("os", "system"), ("builtins", "eval"), ("builtins", "list"), ("builtins", "dict"), ("builtins", "bytearray"),
        ("_codecs", "encode"),
        ("collections", "OrderedDict"), ("collections", "Counter"), ("collections", "deque"), ("torch", "FloatStorage"),
            ("torch", "ByteStorage"),
        ("torch", "ComplexFloatStorage"), ("torch.storage", "UntypedStorage"), ("torch", "float64"), ("torch", "Size"),
        ("torch._utils", "_rebuild_tensor_v2"), ("torch._utils", "_rebuild_tensor_v3"), ("torch._utils", "_rebuild_parameter"),
        ("numpy.core.multiarray", "scalar"), ("numpy", "dtype"), ("argparse", "Namespace"),
    ];

    private static readonly long[] Numbers = [0, 1, 2, 255, 65536, int.MaxValue, 1L << 32, 1L << 40, long.MaxValue, -1, long.MinValue];

    private static readonly string[] Texts = ["0", "", "storage", "state_dict", "args", "latin1", "x", "../../etc/passwd", "\ud83d\ude00",
        "start_trace"];

    private static readonly byte[] Opcodes =
    [
        .. "()]}tsuaebRQcN012XKJMGqhrjUTBCIFLSVPpgdlio."u8, 0x81, 0x82, 0x85, 0x86, 0x87, 0x88, 0x89, 0x8A, 0x8B, 0x8C, 0x8D, 0x8E, 0x8F,
        0x90, 0x91, 0x92, 0x93, 0x94, 0x95, 0x96, 0x97, 0x98,
    ];

    private readonly (List<byte[]> Pickle, KeyValuePair<string, byte[]>[] Storages)[] sources;

    /// <summary>Takes whole files apart: pickles, and storages by key.</summary>
    public TorchMutations(params (byte[] Pickle, KeyValuePair<string, byte[]>[] Storages)[] sources)
    {
        this.sources = [.. sources.Select(s => (PickleSplitter.Split(s.Pickle), s.Storages))];
    }

    /// <summary>A damaged file.</summary>
    public byte[] Next(Random random)
    {
        (List<byte[]> pickle, KeyValuePair<string, byte[]>[] storages) = sources[random.Next(sources.Length)];
        int where = random.Next(10);
        List<byte[]> pieces = [.. pickle];
        for (int n = where < 6 ? random.Next(1, 4) : 0; n > 0; n--)
        {
            Change(pieces, random);
        }

        byte[] bytes = [.. pieces.SelectMany(p => p)];
        bytes = where == 6 ? ByteMutations.Of(bytes, random) : bytes;
        byte[] file = Zip(bytes, storages, random, isFalse: where is 7 or 8);
        return where == 9 ? ByteMutations.Of(file, random) : file;
    }

    private static void Change(List<byte[]> pieces, Random random)
    {
        if (pieces.Count < 3)
        {
            return;
        }

        int at = random.Next(1, pieces.Count - 1), other = random.Next(1, pieces.Count - 1);
        switch (random.Next(9))
        {
            case 0:
                pieces.RemoveRange(at, Math.Min(random.Next(1, 4), pieces.Count - at));
                break;
            case 1:
                pieces.InsertRange(at, pieces.GetRange(other, Math.Min(random.Next(1, 40), pieces.Count - other)));
                break;
            case 2:
                (pieces[at], pieces[other]) = (pieces[other], pieces[at]);
                break;
            case 3:
                pieces.Insert(at, Opcode(random));
                break;
            case 4:
                pieces[at] = Opcode(random);
                break;
            case 5:
                pieces[at] = ByteMutations.Of(pieces[at], random);
                break;
            case 6:
                Replace(pieces, at, p => p[0] is (byte)'K' or (byte)'M' or (byte)'J' or 0x8A, Number(random));
                break;
            case 7:
                (string module, string name) = Globals[random.Next(Globals.Length)];
                Replace(pieces, at, p => p[0] == (byte)'c', [(byte)'c', .. Encoding.ASCII.GetBytes($"{module}\n{name}\n")]);
                break;
            default:
                byte[] text = Encoding.UTF8.GetBytes(Texts[random.Next(Texts.Length)]);
                Replace(pieces, at, p => p[0] is (byte)'X' or 0x8C, [(byte)'X', .. BitConverter.GetBytes(text.Length), .. text]);
                break;
        }
    }

    private static void Replace(List<byte[]> pieces, int from, Predicate<byte[]> fits, byte[] piece)
    {
        int at = pieces.FindIndex(from, p => p.Length > 0 && fits(p));
        if (at > 0)
        {
            pieces[at] = piece;
        }
    }

    private static byte[] Number(Random random) => [0x8A, 8, .. BitConverter.GetBytes(Numbers[random.Next(Numbers.Length)])];

    private static byte[] Opcode(Random random)
    {
        byte[] arguments = new byte[random.Next(10)];
        random.NextBytes(arguments);
        return [Opcodes[random.Next(Opcodes.Length)], .. arguments];
    }

    private static byte[] Zip(byte[] pickle, KeyValuePair<string, byte[]>[] storages, Random random, bool isFalse)
    {
        var zip = new ZipBytes();
        zip.Add("m/data.pkl", pickle, random.Next(4) == 0);
        if (random.Next(4) == 0)
        {
            zip.Add("m/byteorder", random.Next(8) switch { 0 => "big"u8, 1 => "bug"u8, _ => "little"u8 });
        }

        foreach ((string key, byte[] bytes) in storages)
        {
            zip.Add($"m/data/{key}", bytes, random.Next(8) == 0);
        }

        for (int n = isFalse ? random.Next(1, 3) : 0; n > 0; n--)
        {
            Falsify(zip.Entries[random.Next(zip.Entries.Count)], zip.Entries[0], random);
        }

        return zip.ToArray(random.Next(2) == 0);
    }

    private static void Falsify(ZipBytes.Entry entry, ZipBytes.Entry other, Random random)
    {
        long number = random.Next(2) == 0 ? Numbers[random.Next(Numbers.Length)] : random.Next(300);
        switch (random.Next(8))
        {
            case 0: entry.Size = number; break;
            case 1: entry.Compressed = number; break;
            case 2: entry.Size = entry.Compressed = number; break;
            case 3: entry.Offset = number; break;
            case 4: (entry.Offset, entry.Name, entry.Compressed) = (other.Offset, other.Name, other.Compressed); break;
            case 5: entry.Method = (ushort)random.Next(14); break;
            case 6: entry.Flags = (ushort)(1 << random.Next(16)); break;
            default: entry.Name = ByteMutations.Of(entry.Name, random); break;
        }
    }
}
