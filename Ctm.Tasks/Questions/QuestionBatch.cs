namespace Ctm.Tasks.Questions;

/// <summary>
/// A batch of questions about digits, all of one shape (data/custom_datasets.py, QAMNISTDataset): pick a digit by its place, then
/// add or subtract others one after another, always modulo 10.
/// </summary>
/// <param name="Digits">Number of digits that a sample shows.</param>
/// <param name="Operations">Number of operations that it asks for.</param>
/// <param name="Pictures">Numbers of the pictures, [B, digits].</param>
/// <param name="Codes">Index, operator, index, ...: [B, 2 * operations + 1]; -1 is plus, -2 minus.</param>
/// <param name="Running">The results so far where an operator follows, [operations, B].</param>
/// <param name="Answers">The results, [B].</param>
internal sealed record QuestionBatch(int Digits, int Operations, int[] Pictures, int[] Codes, int[] Running, int[] Answers)
{
    /// <summary>Values that an answer can have.</summary>
    public const int Modulus = 10;

    private const int Plus = -1, Minus = -2;

    /// <summary>Parts of a question.</summary>
    public int Parts => (2 * Operations) + 1;

    /// <summary>Draws a batch.</summary>
    /// <param name="random">Where from.</param>
    /// <param name="pictures">The pictures to draw from.</param>
    /// <param name="digits">Number of digits.</param>
    /// <param name="operations">Number of operations.</param>
    /// <param name="batch">Number of samples.</param>
    public static QuestionBatch Draw(ref SampleRandom random, DigitPictures pictures, int digits, int operations, int batch)
    {
        int parts = (2 * operations) + 1;
        int[] shown = new int[batch * digits], codes = new int[batch * parts];
        int[] running = new int[operations * batch], answers = new int[batch];
        for (int b = 0; b < batch; b++)
        {
            for (int d = 0; d < digits; d++)
            {
                shown[(b * digits) + d] = random.Below(pictures.Count);
            }

            int result = 0, sign = 1;
            for (int p = 0; p < parts; p++)
            {
                bool isOperator = p % 2 == 1;
                int code = isOperator ? (random.Below(2) == 0 ? Plus : Minus) : random.Below(digits);
                codes[(b * parts) + p] = code;
                if (isOperator)
                {
                    sign = code == Plus ? 1 : -1;
                    running[(p / 2 * batch) + b] = result;
                }
                else
                {
                    result = (result + (sign * pictures.Label(shown[(b * digits) + code])) + Modulus) % Modulus;
                }
            }

            answers[b] = result;
        }

        return new QuestionBatch(digits, operations, shown, codes, running, answers);
    }

    /// <summary>The codes as the ticks hear them, [parts * ticks, B].</summary>
    /// <param name="ticks">Ticks that a part lasts.</param>
    public int[] Spoken(int ticks)
    {
        int batch = Answers.Length;
        var spoken = new int[Parts * ticks * batch];
        for (int i = 0; i < spoken.Length; i++)
        {
            spoken[i] = Codes[(i % batch * Parts) + (i / batch / ticks)];
        }

        return spoken;
    }
}
