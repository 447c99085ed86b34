using System.Data;
using System.Globalization;
using System.Text.Json;
using Dapper;

namespace AgentCraft.Data.Storage;

/// <summary>How Dapper reads the columns that no engine has a type of its own for: times and JSON are text.</summary>
internal static class TypeHandlers
{
    /// <summary>Called once, by the first command's type initialiser.</summary>
    public static void Register()
    {
        SqlMapper.RemoveTypeMap(typeof(DateTimeOffset));
        SqlMapper.RemoveTypeMap(typeof(DateTimeOffset?));
        SqlMapper.AddTypeHandler(new TimeHandler());
        SqlMapper.AddTypeHandler(new NumberHandler());
        SqlMapper.AddTypeHandler(new JsonHandler());
        SqlMapper.AddTypeHandler(new TextListHandler());
        DefaultTypeMap.MatchNamesWithUnderscores = true;
    }

    private sealed class TimeHandler : SqlMapper.TypeHandler<DateTimeOffset>
    {
        public override DateTimeOffset Parse(object value) => Times.Parse((string)value);
        public override void SetValue(IDbDataParameter parameter, DateTimeOffset value) => parameter.Value = Times.ToText(value);
    }

    /// <summary>A calculated column is whole in one row and broken in the next; Dapper would settle on the type of the first.</summary>
    private sealed class NumberHandler : SqlMapper.TypeHandler<double>
    {
        public override double Parse(object value) => Convert.ToDouble(value, CultureInfo.InvariantCulture);
        public override void SetValue(IDbDataParameter parameter, double value) => parameter.Value = value;
    }

    private sealed class JsonHandler : SqlMapper.TypeHandler<JsonElement>
    {
        public override JsonElement Parse(object value) => JsonElement.Parse((string)value);
        public override void SetValue(IDbDataParameter parameter, JsonElement value) => parameter.Value = value.GetRawText();
    }

    private sealed class TextListHandler : SqlMapper.TypeHandler<string[]>
    {
        public override string[] Parse(object value) => JsonSerializer.Deserialize((string)value, DataJson.Default.StringArray) ?? [];
        public override void SetValue(IDbDataParameter parameter, string[]? value) =>
            parameter.Value = JsonSerializer.Serialize(value ?? [], DataJson.Default.StringArray);
    }
}
