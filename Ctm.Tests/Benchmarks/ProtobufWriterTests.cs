using Ctm.Benchmarks.Comparison.Onnx;

namespace Ctm.Tests.Benchmarks;

/// <summary>Bytes worked out by hand from the description of the wire format.</summary>
[TestFixture]
internal sealed class ProtobufWriterTests
{
    [TestCase(1, 150L, "08 96 01")]
    [TestCase(20, 2L, "A0 01 02")]
    [TestCase(3, 0L, "18 00")]
    [TestCase(3, -1L, "18 FF FF FF FF FF FF FF FF FF 01")]
    public void Integer_Value_IsAVarint(int field, long value, string expected)
    {
        Assert.That(Hex(new ProtobufWriter().Integer(field, value)), Is.EqualTo(expected));
    }

    [Test]
    public void Single_Value_IsFourBytes()
    {
        Assert.That(Hex(new ProtobufWriter().Single(2, 1f)), Is.EqualTo("15 00 00 80 3F"));
    }

    [Test]
    public void Message_WithText_HasItsLengthBefore()
    {
        ProtobufWriter inner = new ProtobufWriter().Text(2, "testing");

        Assert.That(Hex(new ProtobufWriter().Message(3, inner)), Is.EqualTo("1A 09 12 07 74 65 73 74 69 6E 67"));
    }

    private static string Hex(ProtobufWriter writer) => string.Join(' ', writer.Bytes.ToArray().Select(b => b.ToString("X2")));
}
