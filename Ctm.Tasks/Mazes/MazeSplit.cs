namespace Ctm.Tasks.Mazes;

/// <summary>Which of the two disjoint sets of layouts a maze belongs to.</summary>
public enum MazeSplit
{
    Train = 0,
    Test = 1,
}
