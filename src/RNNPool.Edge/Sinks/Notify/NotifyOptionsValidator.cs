using System.Text.Json;
using Microsoft.Extensions.Options;

namespace RNNPool.Edge.Sinks.Notify;

/// <summary>Validates the section <c>Notify</c>, with the templates.</summary>
internal sealed class NotifyOptionsValidator : IValidateOptions<NotifyOptions>
{
    public ValidateOptionsResult Validate(string? name, NotifyOptions options)
    {
        var rules = new SettingRules(NotifyOptions.SectionName);
        rules.Attributes(options);
        if (options.Webhook is null)
            return rules.Result();
        CheckAddress(rules, "Webhook:Url", options.Webhook.Url);
        CheckAddress(rules, "Ntfy:Url", options.Ntfy?.Url);
        CheckAddress(rules, "Telegram:Server", options.Telegram?.Server);
        CheckTemplate(rules, nameof(options.Title), options.Title);
        CheckTemplate(rules, nameof(options.Text), options.Text);
        const string Body = $"{nameof(NotifyOptions.Webhook)}:{nameof(WebhookOptions.Body)}";
        if (options.Webhook is { Body: { } body } webhook && CheckTemplate(rules, Body, body) && NotifyTemplate.IsJson(webhook.ContentType))
            rules.Check(Body, body, IsJson(body), "with this content type it must be JSON after the placeholders are replaced");
        return rules.Result();
    }

    // A pattern does not distinguish a host from other text, such as a port over 65535.
    private static void CheckAddress(SettingRules rules, string key, string? address) =>
        rules.Check(
            key,
            AddressSecrets.Mark,
            string.IsNullOrEmpty(address)
                || !address.StartsWith("http", StringComparison.Ordinal)
                || Uri.TryCreate(address, UriKind.Absolute, out _),
            "it must be a valid address"
        );

    private static bool CheckTemplate(SettingRules rules, string key, string? template)
    {
        string? unknown = NotifyTemplate.FindUnknown(template ?? "");
        rules.Check(key, template, unknown is null, $"the placeholder {{{{{unknown}}}}} does not exist; see docs/notify.md");
        return unknown is null;
    }

    private static bool IsJson(string body)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(NotifyTemplate.Render(body, NotifyMessage.Test("device"), json: true));
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
