using System.Runtime.CompilerServices;
using Xunit;

namespace AgentCraft.Testing;

/// <summary>
/// Compares text with a file that a person approved, with Verify's file names: <c>name.verified.txt</c> is in the repository,
/// <c>name.received.txt</c> is what a failing test got instead. To approve, look at the received file and rename it, or run the tests
/// with AGENTCRAFT_ACCEPT=1 and read the diff before committing; that variable is ignored where CI is set. Line endings and a final
/// newline do not count.
/// </summary>
public static class Approved
{
    /// <summary>Fails unless <paramref name="text"/> equals the approved file <paramref name="name"/> (which may hold slashes).</summary>
    /// <param name="folder">Where the file lies: the folder of the calling source file, or this one below (or instead of) it.</param>
    public static void Match(string text, string name, string folder = "", [CallerFilePath] string caller = "")
    {
        string path = Path.Combine(Path.GetDirectoryName(caller)!, folder, name);
        (string verified, string received) = ($"{path}.verified.txt", $"{path}.received.txt");
        string actual = Normalise(text);
        string? expected = File.Exists(verified) ? Normalise(File.ReadAllText(verified)) : null;
        if (expected != actual && MayAccept)
            Write(verified, expected = actual);
        if (expected == actual)
        {
            File.Delete(received);
            return;
        }
        Write(received, actual);
        Assert.Fail($"{name} is not as approved.\n  approved: {verified}{(expected is null ? " (missing)" : "")}\n  received: {received}\n"
            + FirstDifference((expected ?? "").Split('\n'), actual.Split('\n')));
    }

    /// <summary>The person who runs the tests will read what changes.</summary>
    public static bool MayAccept =>
        Environment.GetEnvironmentVariable("AGENTCRAFT_ACCEPT") == "1" && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("CI"));

    private static string Normalise(string text) => text.ReplaceLineEndings("\n").TrimEnd('\n');

    private static void Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }

    private static string FirstDifference(string[] expected, string[] actual)
    {
        int line = 0;
        while (line < expected.Length && line < actual.Length && expected[line] == actual[line])
            line++;
        return $"  first difference in line {line + 1}:\n    approved: {Line(expected)}\n    received: {Line(actual)}";

        string Line(string[] lines) => line < lines.Length ? lines[line] : "(no such line)";
    }
}
