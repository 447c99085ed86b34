namespace AgentCraft.Worker;

/// <summary>Lines to and from the test that started this process.</summary>
internal static class Say
{
    private static readonly StreamWriter Output = new(Console.OpenStandardOutput()) { AutoFlush = true, NewLine = "\n" };

    /// <summary>Returns only when the line is in the pipe, so a test can count on it whatever happens next.</summary>
    public static void Line(string text)
    {
        lock (Output)
            Output.WriteLine(text);
    }

    /// <summary>Says that it can begin, and waits for the word to do so; false when there will be none.</summary>
    public static bool ReadyAndTold()
    {
        Line("ready");
        return Console.In.ReadLine() is not null;
    }

    /// <summary>Waits for the end of stdin.</summary>
    public static Task Ended() => Task.Run(() =>
    {
        while (Console.In.ReadLine() is not null)
        {
        }
    });
}
