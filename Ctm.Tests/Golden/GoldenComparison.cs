namespace Ctm.Tests.Golden;

/// <summary>Outcome of one comparison with an expected tensor.</summary>
/// <param name="Ok">Whether every element is within the tolerance.</param>
/// <param name="MaxError">Largest absolute difference; infinite where a value is NaN or the length is wrong.</param>
/// <param name="Tolerance">Allowed absolute difference, of the digest where one was compared.</param>
/// <param name="Message">What was compared, the largest error and where it is.</param>
public readonly record struct GoldenComparison(bool Ok, double MaxError, double Tolerance, string Message);
