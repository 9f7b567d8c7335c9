namespace WebStudio.Server.Accounts;

internal static class AccountFeature
{
    public static IServiceCollection AddAccounts(this IServiceCollection services) => services;

    public static IEndpointRouteBuilder MapAccounts(this IEndpointRouteBuilder app) => app;
}
