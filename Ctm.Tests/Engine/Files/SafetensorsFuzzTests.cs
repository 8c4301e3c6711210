using System.Text;
using Ctm.Engine.Files;
using NUnit.Framework;

namespace Ctm.Tests.Engine.Files;

[TestFixture]
public sealed class SafetensorsFuzzTests
{
    private const int Mutations = 6000;
    private static readonly string[] Pieces =
    [
        "{", "}", "[", "]", ",", ":", "\"", "-1", "0", "9223372036854775807", "4294967296", "1e9", "null", "\\ud800", "__metadata__",
        "BOOL", "\0",
    ];

    [Test]
    public void Parse_MutatedFiles_ThrowOnlyTheDocumentedException()
    {
        byte[] seedFile = SafetensorsBytes.Written(
            [
                SafetensorsTensor.Singles("layer.weight", [2, 3], new float[6]),
                SafetensorsTensor.Int64("index", [2], new long[2]),
                SafetensorsTensor.Booleans("mask", [3], new bool[3]),
                SafetensorsTensor.Bytes("half", SafetensorsDType.BF16, [1], new byte[2]),
            ],
            [new("right", "index")]);
        var random = new Random(20250505);
        int accepted = 0;
        int refused = 0;
        for (int i = 0; i < Mutations; i++)
        {
            byte[] mutated = Mutate(seedFile, random);
            try
            {
                using SafetensorsFile file = SafetensorsFile.Parse(mutated, "fuzz");
                StateDictionaryFile.Read(file, out _);
                accepted++;
            }
            catch (CheckpointFormatException e)
            {
                Assert.That(e.Message.AsSpan().IndexOfAny('\n', '\r'), Is.Negative, e.Message);
                refused++;
            }
            catch (Exception e)
            {
                Assert.Fail($"mutation {i}: {e.GetType().Name}: {e.Message}: {Convert.ToBase64String(mutated)}");
            }
        }

        // Both outcomes must occur, else the mutations test nothing.
        Assert.That(accepted, Is.GreaterThan(Mutations / 100));
        Assert.That(refused, Is.GreaterThan(Mutations / 2));
    }

    private static byte[] Mutate(byte[] source, Random random)
    {
        List<byte> bytes = [.. source];
        int count = random.Next(1, 4);
        for (int n = 0; n < count; n++)
        {
            int at = random.Next(bytes.Count);
            switch (random.Next(6))
            {
                case 0:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 2:
                    bytes.RemoveRange(at, random.Next(1, Math.Min(9, bytes.Count - at + 1)));
                    break;
                case 3:
                    bytes.InsertRange(at, bytes.GetRange(at, Math.Min(random.Next(1, 60), bytes.Count - at)));
                    break;
                case 4:
                    // Replaces a piece of the header and corrects the length, so that the JSON itself is reached.
                    byte[] piece = Encoding.UTF8.GetBytes(Pieces[random.Next(Pieces.Length)]);
                    int place = random.Next(8, Math.Max(9, bytes.Count - 45));
                    bytes.RemoveRange(place, Math.Min(random.Next(3), bytes.Count - place));
                    bytes.InsertRange(Math.Min(place, bytes.Count), piece);
                    long length = BitConverter.ToInt64(source) + bytes.Count - source.Length;
                    BitConverter.GetBytes(Math.Max(0, length)).CopyTo(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(bytes));
                    break;
                default:
                    bytes.RemoveRange(at, bytes.Count - at);
                    break;
            }

            if (bytes.Count < 9)
            {
                break;
            }
        }

        return [.. bytes];
    }
}
