using Ctm.Benchmarks.Comparison;
using Ctm.Tasks;

namespace Ctm.Tests.Benchmarks;

[TestFixture]
internal sealed class CompareOptionsTests
{
    [Test]
    public void Parse_EveryOption_IsTaken()
    {
        CompareOptions options = CompareOptions.Parse(
        [
            "--config", "maze-medium", "--ticks", "7", "--batch", "3", "--threads", "2", "--repeats", "4", "--seconds", "1.5",
            "--peers", "onnxruntime,reference", "--json", "out.json", "--profile",
        ]);

        Assert.That(options.Core.Name, Is.EqualTo("maze-medium"));
        Assert.That((options.Core.Model.Ticks, options.Core.Batch), Is.EqualTo((7, 3)));
        Assert.That((options.Threads, options.Repeats, options.Seconds), Is.EqualTo((2, 4, 1.5)));
        Assert.That(options.Peers, Is.EqualTo(new[] { "onnxruntime", "reference" }));
        Assert.That((options.Json, options.Profile), Is.EqualTo(("out.json", true)));
    }

    [Test]
    public void Parse_ConfigAlone_TakesItsOwnTicksAndAllPeers()
    {
        CompareOptions options = CompareOptions.Parse(["--config", "parity64"]);

        Assert.That((options.Core.Model.Ticks, options.Core.Batch), Is.EqualTo((75, 64)));
        Assert.That(options.Peers, Is.EqualTo(new[] { "reference", "libtorch-best", "onnxruntime" }));
        Assert.That(CompareOptions.Parse(["--config", "parity64", "--peers", "none"]).Peers, Is.Empty);
    }

    [TestCase("", "--config is missing")]
    [TestCase("--config sudoku", "no core 'sudoku'")]
    [TestCase("--config", "--config needs a value")]
    [TestCase("--config parity64 --ticks 0", "--ticks takes a whole number of 1 or more, not '0'")]
    [TestCase("--config parity64 --seconds -1", "--seconds takes a number above 0, not '-1'")]
    [TestCase("--config parity64 --peers jax", "no peer 'jax'")]
    [TestCase("--config parity64 --json no/such/folder/x.json", "--json names a file in a folder that does not exist")]
    [TestCase("--config parity64 --fast", "'--fast' is unknown")]
    public void Parse_WrongArguments_SaysWhat(string line, string message)
    {
        Assert.That(
            () => CompareOptions.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)),
            Throws.TypeOf<TaskSettingException>().With.Message.Contains(message));
    }
}
