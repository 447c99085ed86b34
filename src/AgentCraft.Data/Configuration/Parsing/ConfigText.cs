namespace AgentCraft.Data.Configuration.Parsing;

/// <summary>Reads YAML or JSON into nodes. Whatever the text is, the answer is the nodes or one fault with its place.</summary>
internal static class ConfigText
{
    public const int Deepest = 20;
    public const int MostNodes = 50_000;

    /// <exception cref="ConfigFault"/>
    public static ConfigNode Read(string text, bool isJson)
    {
        if (string.IsNullOrWhiteSpace(text))
            throw new ConfigFault(Place.Start, "the file is empty; expected keys with values, at least 'version'.");
        return isJson ? new JsonText(text).Read() : new YamlText(text).Read();
    }

    /// <summary>A scalar that no store, and no file that is made of it, would stumble over.</summary>
    /// <exception cref="ConfigFault"/>
    public static ConfigNode Storable(ConfigNode scalar)
    {
        try
        {
            Text.Storable(scalar.Text, "this text");
            return scalar;
        }
        catch (AgentCraftException unstorable)
        {
            throw new ConfigFault(scalar.Place, unstorable.Message);
        }
    }

    public static ConfigFault TooDeep(Place place) => new(place, $"it is nested more than {Deepest} deep.");

    public static ConfigFault TooMany(Place place) => new(place, $"there are more than {MostNodes:N0} values; a configuration file has a few dozen.");

    public static ConfigFault Twice(Place place, string name, Place first) =>
        new(place, $"'{Handovers.OneLine.Short(name, 60)}' is there twice, first in line {first.Line}. Keep one of them.");
}
