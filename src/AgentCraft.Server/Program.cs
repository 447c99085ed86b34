using System.CommandLine;
using AgentCraft.Server.Cli;

return await CommandLine.Run(args, new RootCommand("AgentCraft: the memory that AI coding agents share.")
{
    ServeCommand.Create(),
    DemoCommand.Create(),
    DoctorCommand.Create(),
    ToolsCommand.Create(),
});
