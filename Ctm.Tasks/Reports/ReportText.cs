using System.Globalization;
using System.Text;
using Ctm.Engine.Files;
using Ctm.Tasks.Runs;

namespace Ctm.Tasks.Reports;

/// <summary>What a report tells of a run.</summary>
/// <param name="Definition">The task.</param>
/// <param name="Configuration">The run's settings.</param>
/// <param name="Task">The trained model with its samples.</param>
/// <param name="Figures">Its figures on unseen samples.</param>
/// <param name="Elapsed">Time spent on training.</param>
/// <param name="Lines">The run's metrics.</param>
public sealed record ReportContext<TRecipe, TTask>(
    TaskDefinition<TRecipe> Definition,
    RunConfiguration<TRecipe> Configuration,
    TTask Task,
    EvaluationFigures Figures,
    TimeSpan Elapsed,
    IReadOnlyList<MetricsLine> Lines)
    where TRecipe : class, IRecipe
    where TTask : class, ISupervisedTask
{
    /// <summary>The run's recipe.</summary>
    public TRecipe Recipe => Configuration.Recipe;

    /// <summary>The row that says how long training took, and on what.</summary>
    public FigureRow TimeRow
    {
        get
        {
            string time = Elapsed.TotalSeconds < 60
                ? string.Create(CultureInfo.InvariantCulture, $"{Elapsed.TotalSeconds:F1} s")
                : string.Create(CultureInfo.InvariantCulture, $"{(int)Elapsed.TotalHours}:{Elapsed.Minutes:D2}:{Elapsed.Seconds:D2}");
            return new FigureRow("time of training", $"{time} on `{Task.Parameters.Device.Name}` ({Task.Parameters.Device.Description})");
        }
    }
}

/// <summary>The text of a report, part by part.</summary>
public sealed class ReportText
{
    private readonly StringBuilder text = new();

    /// <summary>Adds a line, with invariant numbers.</summary>
    public ReportText Line(FormattableString line)
    {
        text.Append(FormattableString.Invariant(line)).Append('\n');
        return this;
    }

    /// <summary>Adds an empty line.</summary>
    public ReportText Space() => Line($"");

    /// <summary>Adds a table of figures.</summary>
    public ReportText Table(string head, IEnumerable<FigureRow> rows)
    {
        Line($"| {head} | |\n|---|---:|");
        foreach (FigureRow row in rows)
        {
            Line($"| {row.Name} | {row.Value} |");
        }

        return Space();
    }

    /// <summary>Adds a picture of the report's folder.</summary>
    public ReportText Picture(string file, string caption) => Line($"![{caption}](report/{file})").Space();

    /// <summary>Adds how to make the run again, and its settings.</summary>
    public ReportText End<TRecipe, TTask>(ReportContext<TRecipe, TTask> context)
        where TRecipe : class, IRecipe
        where TTask : class, ISupervisedTask
    {
        string command = RunCommand.Of(context.Definition, context.Configuration, context.Task.Parameters.Device.Name);
        Line($"## Again\n\n```\n{command}\n```\n");
        return Line($"## Settings\n\n```json\n{JsonFiles.ToText(context.Recipe).TrimEnd()}\n```");
    }

    /// <inheritdoc/>
    public override string ToString() => text.ToString();
}

/// <summary>The file <c>report.md</c> with its pictures.</summary>
public static class ReportFile
{
    /// <summary>Writes a report; an older one is replaced.</summary>
    /// <param name="folder">The run folder.</param>
    /// <param name="make">Saves the pictures to a folder and gives the text.</param>
    public static void Write(RunFolder folder, Func<string, ReportText> make)
    {
        ReportText? text = null;
        AtomicDirectory.Replace(folder.Pictures, pictures => text = make(pictures));
        AtomicFile.WriteText(folder.Report, text!.ToString());
    }
}
