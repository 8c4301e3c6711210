namespace Ctm.Tasks.Images;

/// <summary>
/// AutoAugment with the policy that was found for CIFAR-10 (Cubuk and others, arXiv 1805.09501, table 7), in the form that the published
/// runs use: one of 25 pairs of operations, each done with its probability; strengths are levels 0 to 9 of an operation's range, and those
/// that have a direction take either one by chance.
/// </summary>
internal static class AutoAugment
{
    private const int Levels = 10;

    private static readonly ((Operation, double, int) First, (Operation, double, int) Second)[] Policy =
    [
        ((Operation.Invert, 0.1, 0), (Operation.Contrast, 0.2, 6)),
        ((Operation.Rotate, 0.7, 2), (Operation.TranslateX, 0.3, 9)),
        ((Operation.Sharpness, 0.8, 1), (Operation.Sharpness, 0.9, 3)),
        ((Operation.ShearY, 0.5, 8), (Operation.TranslateY, 0.7, 9)),
        ((Operation.AutoContrast, 0.5, 0), (Operation.Equalize, 0.9, 0)),
        ((Operation.ShearY, 0.2, 7), (Operation.Posterize, 0.3, 7)),
        ((Operation.Color, 0.4, 3), (Operation.Brightness, 0.6, 7)),
        ((Operation.Sharpness, 0.3, 9), (Operation.Brightness, 0.7, 9)),
        ((Operation.Equalize, 0.6, 0), (Operation.Equalize, 0.5, 0)),
        ((Operation.Contrast, 0.6, 7), (Operation.Sharpness, 0.6, 5)),
        ((Operation.Color, 0.7, 7), (Operation.TranslateX, 0.5, 8)),
        ((Operation.Equalize, 0.3, 0), (Operation.AutoContrast, 0.4, 0)),
        ((Operation.TranslateY, 0.4, 3), (Operation.Sharpness, 0.2, 6)),
        ((Operation.Brightness, 0.9, 6), (Operation.Color, 0.2, 8)),
        ((Operation.Solarize, 0.5, 2), (Operation.Invert, 0.0, 0)),
        ((Operation.Equalize, 0.2, 0), (Operation.AutoContrast, 0.6, 0)),
        ((Operation.Equalize, 0.2, 0), (Operation.Equalize, 0.6, 0)),
        ((Operation.Color, 0.9, 9), (Operation.Equalize, 0.6, 0)),
        ((Operation.AutoContrast, 0.8, 0), (Operation.Solarize, 0.2, 8)),
        ((Operation.Brightness, 0.1, 3), (Operation.Color, 0.7, 0)),
        ((Operation.Solarize, 0.4, 5), (Operation.AutoContrast, 0.9, 0)),
        ((Operation.TranslateY, 0.9, 9), (Operation.TranslateY, 0.7, 9)),
        ((Operation.AutoContrast, 0.9, 0), (Operation.Solarize, 0.8, 3)),
        ((Operation.Equalize, 0.8, 0), (Operation.Invert, 0.1, 0)),
        ((Operation.TranslateY, 0.7, 9), (Operation.AutoContrast, 0.9, 0)),
    ];

    /// <summary>The operations.</summary>
    internal enum Operation
    {
        ShearX,
        ShearY,
        TranslateX,
        TranslateY,
        Rotate,
        Brightness,
        Color,
        Contrast,
        Sharpness,
        Posterize,
        Solarize,
        AutoContrast,
        Equalize,
        Invert,
    }

    /// <summary>A picture changed by chance.</summary>
    public static Picture Apply(Picture picture, ref SampleRandom random)
    {
        ((Operation, double, int) first, (Operation, double, int) second) = Policy[random.Below(Policy.Length)];
        foreach ((Operation operation, double probability, int level) in new[] { first, second })
        {
            // Both numbers are drawn whether they count or not: what one operation does changes nothing for the next.
            bool isDone = random.Uniform() < probability, isNegative = random.Below(2) == 0;
            picture = isDone ? Apply(picture, operation, level, isNegative) : picture;
        }

        return picture;
    }

    /// <summary>A picture after one operation.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="operation">What is done.</param>
    /// <param name="level">How strongly, 0 to 9; without meaning for the last three.</param>
    /// <param name="isNegative">The direction, for those that have one.</param>
    internal static Picture Apply(Picture picture, Operation operation, int level, bool isNegative)
    {
        double part = (double)level / (Levels - 1), signed = isNegative ? -part : part;
        return operation switch
        {
            Operation.ShearX => ImageWarps.ShearX(picture, 0.3 * signed),
            Operation.ShearY => ImageWarps.ShearY(picture, 0.3 * signed),
            Operation.TranslateX => ImageWarps.Translate(picture, (int)(150.0 / 331 * picture.Width * signed), 0),
            Operation.TranslateY => ImageWarps.Translate(picture, 0, (int)(150.0 / 331 * picture.Height * signed)),
            Operation.Rotate => ImageWarps.Rotate(picture, 30 * signed),
            Operation.Brightness => ImageTones.Brightness(picture, 1 + (0.9 * signed)),
            Operation.Color => ImageTones.Color(picture, 1 + (0.9 * signed)),
            Operation.Contrast => ImageTones.Contrast(picture, 1 + (0.9 * signed)),
            Operation.Sharpness => ImageTones.Sharpness(picture, 1 + (0.9 * signed)),
            Operation.Posterize => ImageTones.Posterize(picture, 8 - (int)Math.Round(4 * part)),
            Operation.Solarize => ImageTones.Solarize(picture, 255 * (1 - part)),
            Operation.AutoContrast => ImageTones.AutoContrast(picture),
            Operation.Equalize => ImageTones.Equalize(picture),
            _ => ImageTones.Invert(picture),
        };
    }
}
