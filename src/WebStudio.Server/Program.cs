using System.CommandLine;

var root = new RootCommand("WebStudio: a controllable personalised generative prior");
return await root.Parse(args).InvokeAsync();
