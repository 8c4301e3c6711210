using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using Ctm.Engine.Files.PyTorch;
using Ctm.Tasks.Mazes;
using Ctm.Tests.Fuzzing;

namespace Ctm.Tests.Tasks.Mazes;

/// <summary>Damaged pictures of mazes: chunks with right checksums, scan lines that are compressed anew, and single bytes.</summary>
[TestFixture]
internal sealed class MazePngFuzzTests
{
    private static readonly string[] Kinds = ["tRNS", "PLTE", "gAMA", "iCCP", "cHRM", "sRGB", "acTL", "fcTL", "fdAT", "IDAT", "IHDR",
        "IEND", "tEXt", "zTXt", "bKGD"];
    private static readonly int[] Sizes = [0, 1, 5, 7, 9, 9999, 10001, 65535, int.MaxValue, -1];

    [Test]
    public void Decode_MutatedPictures_ThrowOnlyTheDocumentedException() => Run(FuzzRun.Few);

    [Test]
    [Explicit]
    [Category("Slow")]
    public void Decode_ManyMutatedPictures_ThrowOnlyTheDocumentedException() => Run(FuzzRun.Many);

    private static void Run(int count)
    {
        List<(string Kind, byte[] Data)>[] whole =
            [.. new[] { 5, 7, 15 }.Select(size => Split(MazePng.Encode(MazeSamples.Draw(size, 3, 1))))];
        FuzzRun.Run(
            count,
            20250509,
            random => Mutate(whole[random.Next(whole.Length)], random),
            bytes => MazePng.Decode(bytes, "fuzz"),
            e => e is InvalidDataException);
    }

    private static byte[] Mutate(List<(string Kind, byte[] Data)> whole, Random random)
    {
        List<(string Kind, byte[] Data)> chunks = [.. whole];
        int depth = random.Next(5);
        for (int n = depth == 0 ? 0 : random.Next(1, 3); n > 0; n--)
        {
            int at = random.Next(chunks.Count);
            switch (depth)
            {
                case 1:
                    Header(chunks, random);
                    break;
                case 2:
                    Lines(chunks, random);
                    break;
                case 3:
                    chunks.Insert(at, (Kinds[random.Next(Kinds.Length)], Bytes(random.Next(40), random)));
                    break;
                default:
                    int other = random.Next(chunks.Count);
                    (chunks[at], chunks[other]) = random.Next(3) switch
                    {
                        0 => (chunks[other], chunks[at]),
                        1 => (chunks[other], chunks[other]),
                        _ => ((chunks[at].Kind, ByteMutations.Of(chunks[at].Data, random)), chunks[other]),
                    };
                    break;
            }
        }

        byte[] png = Join(chunks);
        return depth == 0 ? ByteMutations.Of(png, random) : png;
    }

    // Width, height, and one byte each for depth, colour type, compression, filter and interlace.
    private static void Header(List<(string Kind, byte[] Data)> chunks, Random random)
    {
        byte[] data = (byte[])chunks[0].Data.Clone();
        if (data.Length != 13)
        {
            return;
        }

        int field = random.Next(7);
        if (field < 2)
        {
            int size = Sizes[random.Next(Sizes.Length)];
            BinaryPrimitives.WriteInt32BigEndian(data.AsSpan(4 * field), size);
            BinaryPrimitives.WriteInt32BigEndian(data, random.Next(2) == 0 ? size : BinaryPrimitives.ReadInt32BigEndian(data));
        }
        else
        {
            data[6 + field] = (byte)random.Next(20);
        }

        chunks[0] = (chunks[0].Kind, data);
    }

    private static void Lines(List<(string Kind, byte[] Data)> chunks, Random random)
    {
        int at = chunks.FindIndex(c => c.Kind == "IDAT");
        if (at < 0)
        {
            return;
        }

        byte[] lines;
        try
        {
            using var unpacked = new MemoryStream();
            using var inflate = new ZLibStream(new MemoryStream(chunks[at].Data), CompressionMode.Decompress);
            inflate.CopyTo(unpacked);
            lines = unpacked.ToArray();
        }
        catch (InvalidDataException)
        {
            return;
        }

        using var packed = new MemoryStream();
        using (var deflate = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            deflate.Write(random.Next(20) == 0 ? new byte[1 << 20] : ByteMutations.Of(lines, random));
        }

        chunks[at] = ("IDAT", packed.ToArray());
    }

    private static byte[] Bytes(int count, Random random)
    {
        byte[] bytes = new byte[count];
        random.NextBytes(bytes);
        return bytes;
    }

    private static List<(string Kind, byte[] Data)> Split(byte[] png)
    {
        var chunks = new List<(string Kind, byte[] Data)>();
        for (int at = 8; at < png.Length;)
        {
            int length = BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(at));
            chunks.Add((Encoding.ASCII.GetString(png, at + 4, 4), png[(at + 8)..(at + 8 + length)]));
            at += length + 12;
        }

        return chunks;
    }

    private static byte[] Join(List<(string Kind, byte[] Data)> chunks)
    {
        using var png = new MemoryStream();
        png.Write([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]);
        byte[] number = new byte[4];
        foreach ((string kind, byte[] data) in chunks)
        {
            byte[] body = [.. Encoding.ASCII.GetBytes(kind), .. data];
            BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
            png.Write(number);
            png.Write(body);
            BinaryPrimitives.WriteUInt32BigEndian(number, Crc32.Of(body));
            png.Write(number);
        }

        return png.ToArray();
    }
}
