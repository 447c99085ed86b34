using System.Reflection;
using System.Text.Json;

namespace AgentCraft.Server.Tools;

/// <summary>Calls the method of a tool: each parameter is the argument of its name, the call's context or its cancellation.</summary>
internal sealed class ToolMethod
{
    private static readonly MethodInfo Awaiting = typeof(ToolMethod).GetMethod(nameof(Await), BindingFlags.NonPublic | BindingFlags.Static)!;

    private readonly MethodInfo _method;
    private readonly ParameterInfo[] _parameters;
    private readonly Func<object, ValueTask<object>> _await;
    private readonly Type _result;
    private int _begun;

    /// <param name="method">A method that returns a task of an object.</param>
    public ToolMethod(MethodInfo method)
    {
        (_method, _parameters) = (method, method.GetParameters());
        _result = method.ReturnType.GetGenericArguments()[0];
        _await = Awaiting.MakeGenericMethod(_result).CreateDelegate<Func<object, ValueTask<object>>>();
    }

    /// <summary>Runs it.</summary>
    /// <param name="instance">The object that it is called on.</param>
    /// <param name="call">Who calls.</param>
    /// <param name="given">Arguments, checked; what is missing has its default.</param>
    public ValueTask<object> Invoke(object instance, ToolCall call, IReadOnlyDictionary<string, JsonElement> given, CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _begun, 1) == 0)
            _ = Task.Run(LearnResult, CancellationToken.None);
        object?[] values = new object?[_parameters.Length];
        for (int i = 0; i < values.Length; i++)
            values[i] = Value(_parameters[i], call, given, cancellationToken);
        return _await(_method.Invoke(instance, BindingFlags.DoNotWrapExceptions, binder: null, values, culture: null)!);
    }

    private static object? Value(ParameterInfo parameter, ToolCall call, IReadOnlyDictionary<string, JsonElement> given, CancellationToken cancellationToken)
    {
        Type type = parameter.ParameterType;
        return type == typeof(ToolCall) ? call
            : type == typeof(CancellationToken) ? cancellationToken
            : !given.TryGetValue(parameter.Name!, out JsonElement value) ? parameter.DefaultValue
            : type == typeof(string) ? value.GetString()
            : value.Deserialize(ToolJson.Serializer.GetTypeInfo(type));
    }

    /// <summary>How the result is written takes as long to find out as the store takes to open: beside the first call, not after it.</summary>
    private void LearnResult() => JsonSerializer.Serialize((object?)null, ToolJson.Serializer.GetTypeInfo(_result));

    private static async ValueTask<object> Await<T>(object running) where T : class => await (Task<T>)running;
}
