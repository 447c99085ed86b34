using AgentCraft.Data;
using AgentCraft.Data.Configuration;

namespace AgentCraft.Server.Tools;

/// <summary>What the command line says of the tools; the settings say the rest.</summary>
/// <param name="Toolsets">Names that <see cref="ToolSelection.Parse"/> takes; null leaves them to the settings.</param>
/// <param name="IsReadOnly">True leaves the tools that read; false leaves it to the settings.</param>
internal sealed record ToolOptions(string? Toolsets = null, bool IsReadOnly = false)
{
    /// <summary>Which tools the server offers.</summary>
    /// <exception cref="AgentCraftException"><c>invalid_configuration</c></exception>
    public ToolSelection With(Settings settings)
    {
        try
        {
            return ToolSelection.Parse(Toolsets ?? settings.Toolsets, IsReadOnly || settings.ReadOnly);
        }
        catch (AgentCraftException unknown) when (Toolsets is null)
        {
            throw new AgentCraftException(ErrorCodes.InvalidConfiguration, $"The setting toolsets cannot be used. {unknown.Message}", unknown.Hint);
        }
    }
}
