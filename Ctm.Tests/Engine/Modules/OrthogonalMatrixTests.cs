using Ctm.Engine.Modules;
using Ctm.Kernels.Devices;
using Ctm.Tests.Kernels;

namespace Ctm.Tests.Engine.Modules;

internal sealed class OrthogonalMatrixTests
{
    [TestCase(5, 9, 1.0)]
    [TestCase(9, 5, 2.0)]
    [TestCase(64, 64, 1.0)]
    [TestCase(1, 7, 0.5)]
    [TestCase(7, 1, 0.5)]
    public void Draw_Sizes_ShorterSideIsOrthogonal(int rows, int columns, double gain)
    {
        float[] matrix = OrthogonalMatrix.Draw([rows, columns], gain, 3, 4);
        int count = Math.Min(rows, columns);
        for (int a = 0; a < count; a++)
        {
            for (int b = 0; b <= a; b++)
            {
                double dot = Vector(a).Zip(Vector(b), (x, y) => (double)x * y).Sum();
                Assert.That(dot, Is.EqualTo(a == b ? gain * gain : 0).Within(1e-6 * gain * gain), $"{a}, {b}");
            }
        }

        IEnumerable<float> Vector(int v) => rows <= columns
            ? Enumerable.Range(0, columns).Select(c => matrix[(v * columns) + c])
            : Enumerable.Range(0, rows).Select(r => matrix[(r * columns) + v]);
    }

    [Test]
    public void Draw_ManyMatrices_FavourNoDirection()
    {
        // Entries of a random orthogonal matrix have mean 0 and mean square 1 / side; five standard errors of 64 * 64 of them.
        float[] all = [.. Enumerable.Range(0, 64).SelectMany(stream => OrthogonalMatrix.Draw([8, 8], 1, 1, (ulong)stream))];
        Assert.That(all.Average(), Is.Zero.Within(5 / Math.Sqrt(8 * all.Length)));
        Assert.That(all.Average(x => x * x), Is.EqualTo(1.0 / 8).Within(1e-6));
        Assert.That(Enumerable.Range(0, 64).Average(i => all[64 * i]), Is.Zero.Within(5 / Math.Sqrt(8 * 64)));
    }

    [Test]
    public void Allocate_Orthogonal_SameOnAllDevicesAndOtherForOtherSeeds()
    {
        static float[] Values(string device, ulong seed)
        {
            using var set = new ParameterSet(TestDevices.Open(device));
            Parameter parameter = set.Add("weight", [6, 11], Initializer.Orthogonal(1));
            set.Allocate(seed);
            return parameter.Data.ToArray();
        }

        string[] devices = [.. TestDevices.Names];
        float[] first = Values(devices[0], 5);
        Assert.That(devices.Select(d => Values(d, 5)), Is.All.EqualTo(first));
        Assert.That(Values(devices[0], 6), Is.Not.EqualTo(first));
    }

    [Test]
    public void Draw_NoMatrix_IsAClearError() => Assert.That(
        () => OrthogonalMatrix.Draw([2, 3, 4], 1, 1, 1), Throws.ArgumentException.With.Message.Contains("shapes of 3 sizes"));
}
