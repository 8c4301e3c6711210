namespace Ctm.Tests.Kernels.Lstm;

/// <summary>The gates of an LSTM cell in float64, from their definition.</summary>
internal static class LstmOracle
{
    public static (double[] Gates, double[] NewCell, double[] Hidden) Forward(double[] input, double[] cell, int width)
    {
        double[] gates = new double[input.Length], newCell = new double[cell.Length], hidden = new double[cell.Length];
        for (int at = 0; at < input.Length; at++)
        {
            gates[at] = at / width % 4 == 2 ? Math.Tanh(input[at]) : Oracle.Sigmoid(input[at]);
        }

        for (int at = 0; at < cell.Length; at++)
        {
            int first = First(at, width);
            newCell[at] = (gates[first + width] * cell[at]) + (gates[first] * gates[first + (2 * width)]);
            hidden[at] = gates[first + (3 * width)] * Math.Tanh(newCell[at]);
        }

        return (gates, newCell, hidden);
    }

    /// <summary>Gradients of the sum of hiddenGradient * hidden + newCellGradient * newCell by pre-activations and cell.</summary>
    public static (double[] Input, double[] Cell) Backward(
        double[] input, double[] cell, double[] hiddenGradient, double[] newCellGradient, int width)
    {
        (double[] gates, double[] newCell, _) = Forward(input, cell, width);
        double[] inputGradient = new double[input.Length], cellGradient = new double[cell.Length];
        for (int at = 0; at < cell.Length; at++)
        {
            int a = First(at, width), b = a + width, c = b + width, d = c + width;
            double bent = Math.Tanh(newCell[at]);
            double dc = newCellGradient[at] + (hiddenGradient[at] * gates[d] * (1 - (bent * bent)));
            inputGradient[a] = dc * gates[c] * gates[a] * (1 - gates[a]);
            inputGradient[b] = dc * cell[at] * gates[b] * (1 - gates[b]);
            inputGradient[c] = dc * gates[a] * (1 - (gates[c] * gates[c]));
            inputGradient[d] = hiddenGradient[at] * bent * gates[d] * (1 - gates[d]);
            cellGradient[at] = dc * gates[b];
        }

        return (inputGradient, cellGradient);
    }

    private static int First(int at, int width) => (at / width * 4 * width) + (at % width);
}
