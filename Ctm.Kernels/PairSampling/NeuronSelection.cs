namespace Ctm.Kernels.PairSampling;

/// <summary>How the neurons of a synchronization are chosen (arXiv 2505.05522; reference/ctm-facts.md 4.3).</summary>
public enum NeuronSelection
{
    /// <summary>Dense: a run of neurons, the first for outputs and the last for actions; all pairs among them.</summary>
    FirstLast,

    /// <summary>Semi-dense: two lists of neurons drawn with replacement; the upper triangle of one against the other.</summary>
    Random,

    /// <summary>Pairs drawn with replacement, the first few of a neuron with itself.</summary>
    RandomPairing,
}
