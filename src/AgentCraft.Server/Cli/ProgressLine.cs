namespace AgentCraft.Server.Cli;

/// <summary>How far long work has come, on one line of stderr that is overwritten; nothing where stderr is no terminal.</summary>
internal sealed class ProgressLine(string what) : IDisposable
{
    private readonly object _writing = new();
    private int _length;

    /// <summary>So many of so many are done.</summary>
    public void Show(int done, int all)
    {
        if (!Console.IsErrorRedirected)
            Write($"{what} {done} of {all} files");
    }

    /// <summary>Says that in its place.</summary>
    public void Show(string how)
    {
        if (!Console.IsErrorRedirected)
            Write(what + how);
    }

    /// <summary>Takes the line away.</summary>
    public void Dispose()
    {
        if (_length > 0)
            Write("");
    }

    private void Write(string text)
    {
        lock (_writing)
        {
            Console.Error.Write($"\r{text.PadRight(_length)}\r{text}");
            _length = text.Length;
        }
    }
}
