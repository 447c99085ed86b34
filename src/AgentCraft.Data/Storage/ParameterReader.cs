using System.Collections.Concurrent;
using System.Reflection;
using System.Text.Json;

namespace AgentCraft.Data.Storage;

/// <summary>
/// One parameter of a statement: a property of the object that it is given, read through a delegate of its type. Reflection would write a
/// method of its own for each property and have it compiled, which is a tenth of the time until a server's first answer.
/// </summary>
/// <param name="Name">The property's name.</param>
/// <param name="Type">The property's type.</param>
/// <param name="Read">What is stored of an object's property: null, text, a number or bytes.</param>
internal sealed record ParameterReader(string Name, Type Type, Func<object, object> Read)
{
    private static readonly ConcurrentDictionary<Type, ParameterReader[]> Known = new();
    private static readonly MethodInfo Typed = typeof(ParameterReader).GetMethod(nameof(ReadTyped), BindingFlags.NonPublic | BindingFlags.Static)!;

    /// <summary>Named here, these are compiled ahead; of what is no value one instance serves all.</summary>
    private static readonly Dictionary<Type, Func<MethodInfo, Func<object, object>>> Ahead = new()
    {
        [typeof(object)] = ReadTyped<object, object?>,
        [typeof(long)] = ReadTyped<object, long>,
        [typeof(long?)] = ReadTyped<object, long?>,
        [typeof(int)] = ReadTyped<object, int>,
        [typeof(int?)] = ReadTyped<object, int?>,
        [typeof(double)] = ReadTyped<object, double>,
        [typeof(double?)] = ReadTyped<object, double?>,
        [typeof(bool)] = ReadTyped<object, bool>,
        [typeof(bool?)] = ReadTyped<object, bool?>,
        [typeof(DateTimeOffset)] = ReadTyped<object, DateTimeOffset>,
        [typeof(DateTimeOffset?)] = ReadTyped<object, DateTimeOffset?>,
    };

    /// <summary>The parameters of a type of object.</summary>
    public static ParameterReader[] Of(Type type) => Known.GetOrAdd(type, given => [.. given.GetProperties().Select(property => Of(given, property))]);

    private static ParameterReader Of(Type owner, PropertyInfo property) => new(property.Name, property.PropertyType, IsAhead(property.PropertyType) && !owner.IsValueType
        ? Typed.MakeGenericMethod(owner, property.PropertyType).CreateDelegate<Func<MethodInfo, Func<object, object>>>()(property.GetMethod!)
        : given => ToStored(property.GetValue(given)));

    private static bool IsAhead(Type type) => !type.IsValueType || Ahead.ContainsKey(type);

    private static Func<object, object> ReadTyped<TOwner, TValue>(MethodInfo getter) where TOwner : class
    {
        Func<TOwner, TValue> get = getter.CreateDelegate<Func<TOwner, TValue>>();
        return given => ToStored(get((TOwner)given));
    }

    private static object ToStored(object? value) => value switch
    {
        null => DBNull.Value,
        DateTimeOffset time => Times.ToText(time),
        Enum name => SnakeCase.Of(name),
        bool flag => flag ? 1 : 0,
        JsonElement json => json.GetRawText(),
        string[] list => JsonSerializer.Serialize(list, DataJson.Default.StringArray),
        _ => value,
    };
}
