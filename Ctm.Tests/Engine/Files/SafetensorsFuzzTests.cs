using System.Runtime.InteropServices;
using System.Text;
using Ctm.Engine.Files;
using Ctm.Tests.Fuzzing;

namespace Ctm.Tests.Engine.Files;

[TestFixture]
internal sealed class SafetensorsFuzzTests
{
    private static readonly string[] Pieces =
    [
        "{", "}", "[", "]", ",", ":", "\"", "-1", "0", "9223372036854775807", "4294967296", "1e9", "null", "\\ud800", "__metadata__",
        "BOOL", "\0", "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[",
            "\"__metadata__\":{\"layer.weight\":\"index\"},",
    ];

    private static readonly byte[] Whole = SafetensorsBytes.Written(
        [
            SafetensorsTensor.Singles("layer.weight", [2, 3], new float[6]),
            SafetensorsTensor.Int64("index", [2], new long[2]),
            SafetensorsTensor.Booleans("mask", [3], new bool[3]),
            SafetensorsTensor.Bytes("half", SafetensorsDType.BF16, [1], new byte[2]),
        ],
        [new("right", "index")]);

    [Test]
    public void Parse_MutatedFiles_ThrowOnlyTheDocumentedException() => Run(FuzzRun.Few);

    [Test]
    [Explicit]
    [Category("Slow")]
    public void Parse_ManyMutatedFiles_ThrowOnlyTheDocumentedException() => Run(FuzzRun.Many);

    private static void Run(int count) => FuzzRun.Run(
        count,
        20250505,
        Mutate,
        bytes =>
        {
            using SafetensorsFile file = SafetensorsFile.Parse(bytes, "fuzz");
            StateDictionaryFile.Read(file, out _);
        },
        e => e is CheckpointFormatException);

    private static byte[] Mutate(Random random)
    {
        List<byte> bytes = [.. Whole];
        for (int n = random.Next(1, 4); n > 0 && bytes.Count >= 9; n--)
        {
            if (random.Next(2) == 0)
            {
                ByteMutations.Apply(bytes, random);
                continue;
            }

            // Replaces a piece of the header and corrects the length, so that the JSON itself is reached.
            byte[] piece = Encoding.UTF8.GetBytes(Pieces[random.Next(Pieces.Length)]);
            int place = random.Next(8, Math.Max(9, bytes.Count - 45));
            bytes.RemoveRange(place, Math.Min(random.Next(3), bytes.Count - place));
            bytes.InsertRange(Math.Min(place, bytes.Count), piece);
            long length = BitConverter.ToInt64(Whole) + bytes.Count - Whole.Length;
            BitConverter.GetBytes(Math.Max(0, length)).CopyTo(CollectionsMarshal.AsSpan(bytes));
        }

        return [.. bytes];
    }
}
