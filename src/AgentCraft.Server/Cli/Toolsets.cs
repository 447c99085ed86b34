using System.CommandLine;
using AgentCraft.Data;
using AgentCraft.Server.Tools;

namespace AgentCraft.Server.Cli;

/// <summary><c>--toolsets</c>: a name that there is not is a usage error that says the nearest.</summary>
internal static class Toolsets
{
    /// <summary>Null where it is not given.</summary>
    public static Option<string> Create(string description)
    {
        Option<string> option = new("--toolsets") { Description = description, HelpName = "names" };
        option.CompletionSources.Add([ToolSelection.Everything, .. ToolsetAttribute.All]);
        option.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && Fault(token.Value) is { } fault)
                result.AddError(fault);
        });
        return option;
    }

    private static string? Fault(string names)
    {
        try
        {
            ToolSelection.Parse(names);
            return null;
        }
        catch (AgentCraftException unknown)
        {
            return $"{unknown.Message} {unknown.Hint}";
        }
    }
}
