using System.CommandLine;
using AgentCraft.Server.Cli;

return await (StdioServing.RootOf(args) is { } root ? StdioServing.Run(root) : RunCommand(args));

static Task<int> RunCommand(string[] args) => CommandLine.Run(args, new RootCommand("AgentCraft: the memory that AI coding agents share.")
{
    ServeCommand.Create(),
    DemoCommand.Create(),
    DoctorCommand.Create(),
    ToolsCommand.Create(),
});
