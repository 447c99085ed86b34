using System.CommandLine;
using System.CommandLine.Parsing;
using AgentCraft.Data;

namespace AgentCraft.Server.Cli;

/// <summary>Runs a command with the exit codes of every command: 0, 1 when it failed, 2 when it was called wrongly.</summary>
internal static class CommandLine
{
    private const int Failed = 1;
    private const int Misused = 2;

    public static async Task<int> Run(string[] arguments, RootCommand root)
    {
        ParseResult parsed = root.Parse(arguments);
        if (parsed.Errors.Count > 0)
            return Misuse(parsed);
        if (!Console.IsOutputRedirected)
            Console.SetOut(new TerminalWriter(Console.Out));
        try
        {
            return await parsed.InvokeAsync(new() { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
        }
        catch (AgentCraftException failure)
        {
            return Fail(failure.Message, failure.Hint);
        }
        catch (OperationCanceledException)
        {
            return Fail("Cancelled.", null);
        }
    }

    private static int Fail(string message, string? hint)
    {
        Console.Error.WriteLine(VisibleText.Of(SecretText.Hide(message)));
        if (hint is not null)
            Console.Error.WriteLine(VisibleText.Of(SecretText.Hide(hint)));
        return Failed;
    }

    private static int Misuse(ParseResult parsed)
    {
        foreach (var error in parsed.Errors)
            Console.Error.WriteLine(VisibleText.Of(SecretText.Hide(error.Message)));
        Console.Error.WriteLine($"Help: agentcraft {string.Join(' ', Path(parsed))}--help");
        return Misused;
    }

    /// <summary>The names from below the root down to the command, and an empty one, which leaves a blank at the end.</summary>
    private static IEnumerable<string> Path(ParseResult parsed)
    {
        Stack<string> names = new([""]);
        for (SymbolResult? result = parsed.CommandResult; result is CommandResult { Command: not RootCommand } command; result = result.Parent)
            names.Push(command.Command.Name);
        return names;
    }
}
