using Ctm.Kernels.Devices;

namespace Ctm.Engine.Autograd;

/// <summary>
/// Collects, tick by tick and backwards, the places of the matrices that a parameter gradient is formed of. Ticks whose
/// places lie side by side, as those of slabs do, join into one run, for which the gradient is one launch. A layer that is used several
/// times a tick has a run for each of its uses.
/// </summary>
internal sealed class SlabRuns
{
    private readonly List<Run> runs = [];

    /// <summary>Number of runs.</summary>
    public int Count => runs.Count;

    public Run this[int index] => runs[index];

    public void Add(
        int rows,
        DeviceView<float> a,
        DeviceView<float> b,
        DeviceView<float> c = default,
        DeviceView<float> d = default,
        DeviceView<float> e = default)
    {
        var run = new Run(rows, a, b, c, d, e);
        for (int i = 0; i < runs.Count; i++)
        {
            if (run.Precedes(runs[i]))
            {
                runs[i] = run.Joined(runs[i]);
                return;
            }
        }

        runs.Add(run);
    }

    public void Clear() => runs.Clear();

    /// <summary>Matrices of the same number of rows; absent views stay absent.</summary>
    internal readonly record struct Run(
        int Rows, DeviceView<float> A, DeviceView<float> B, DeviceView<float> C, DeviceView<float> D, DeviceView<float> E)
    {
        public bool Precedes(in Run next) =>
            Adjacent(A, next.A) && Adjacent(B, next.B) && Adjacent(C, next.C) && Adjacent(D, next.D) && Adjacent(E, next.E);

        public Run Joined(in Run next) =>
            new(Rows + next.Rows, Join(A, next.A), Join(B, next.B), Join(C, next.C), Join(D, next.D), Join(E, next.E));

        private static bool Adjacent(DeviceView<float> first, DeviceView<float> second) =>
            first.Buffer == second.Buffer && (first.IsAbsent || first.Offset + first.Length == second.Offset);

        private static DeviceView<float> Join(DeviceView<float> first, DeviceView<float> second) =>
            first.IsAbsent ? first : new(first.Buffer!, first.Offset, first.Length + second.Length);
    }
}
