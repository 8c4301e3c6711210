namespace Ctm.Tests.Golden;

/// <summary>One model in every form: a PyTorch file, the hub form, and inputs with expected outputs.</summary>
/// <param name="Folder">The folder, which is in the hub form.</param>
public sealed record GoldenCheckpoint(string Folder)
{
    private const string Values = "io.safetensors";

    /// <summary>The PyTorch file.</summary>
    public string TorchFile => Directory.EnumerateFiles(Folder, "*.pt").Single();

    /// <summary>The configuration of the hub form.</summary>
    public string Configuration => Path.Combine(Folder, "config.json");

    /// <summary>Inputs and expected outputs in eval mode.</summary>
    public GoldenCase Case => GoldenCase.Load(Path.Combine(Folder, Values));

    /// <summary>Whether a folder holds a model in every form.</summary>
    public static bool IsIn(string folder) => File.Exists(Path.Combine(folder, Values));

    /// <summary>The name, so that test names show it.</summary>
    public override string ToString() => Path.GetFileName(Folder);
}
