using System.Runtime.ExceptionServices;
using Microsoft.Extensions.Options;

namespace RNNPool.Edge.Core;

/// <summary>Validates the settings of one section.</summary>
/// <param name="Validate">Throws an <see cref="OptionsValidationException"/> for wrong settings.</param>
internal sealed record SectionCheck(Action Validate);

/// <summary>Validates all sections when the device starts.</summary>
internal sealed class SectionsValidator(IEnumerable<SectionCheck> sections) : IStartupValidator
{
    /// <inheritdoc/>
    /// <exception cref="OptionsValidationException">One section is wrong.</exception>
    /// <exception cref="AggregateException">Several are; it contains the exception of each.</exception>
    public void Validate()
    {
        var failures = new List<Exception>();
        foreach (SectionCheck section in sections)
        {
            try
            {
                section.Validate();
            }
            catch (OptionsValidationException exception)
            {
                failures.Add(exception);
            }
        }

        if (failures.Count == 1)
            ExceptionDispatchInfo.Throw(failures[0]);
        if (failures.Count > 1)
            throw new AggregateException(failures);
    }
}
