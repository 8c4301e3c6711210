using Ctm.Kernels.RandomNumbers;

namespace Ctm.Tests.Kernels.RandomNumbers;

internal sealed class PhiloxTests
{
    // The known answers published with the Random123 library, for philox4x32 with 10 rounds.
    [TestCase(0u, 0u, 0u, 0u, 0u, 0u, 0x6627E8D5u, 0xE169C58Du, 0xBC57AC4Cu, 0x9B00DBD8u)]
    [TestCase(
        0xFFFFFFFFu, 0xFFFFFFFFu, 0xFFFFFFFFu, 0xFFFFFFFFu, 0xFFFFFFFFu, 0xFFFFFFFFu, 0x408F276Du, 0x41C83B0Eu, 0xA20BC7C6u, 0x6D5451FDu)]
    [TestCase(
        0x243F6A88u, 0x85A308D3u, 0x13198A2Eu, 0x03707344u, 0xA4093822u, 0x299F31D0u, 0xD16CFE09u, 0x94FDCCEBu, 0x5001E420u, 0x24126EA1u)]
    public void Draw_PublishedCounterAndKey_GivesPublishedWords(
        uint x, uint y, uint z, uint w, uint keyLow, uint keyHigh, uint first, uint second, uint third, uint fourth)
    {
        Philox draw = Philox.Draw(x, y, z, w, keyLow, keyHigh);
        Assert.That(new[] { draw.X, draw.Y, draw.Z, draw.W }, Is.EqualTo(new[] { first, second, third, fourth }));
    }

    [Test]
    public void Draw_SeedStreamIndex_FillsKeyAndCounter()
    {
        Philox draw = Philox.Draw(0x299F31D0_A4093822, 0x03707344_13198A2E, 7), expected =
            Philox.Draw(7, 0, 0x13198A2E, 0x03707344, 0xA4093822, 0x299F31D0);
        Assert.That(draw, Is.EqualTo(expected));
    }
}
