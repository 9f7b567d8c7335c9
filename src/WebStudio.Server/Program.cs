using System.CommandLine;
using WebStudio.Server.Verbs;

var root = new RootCommand("WebStudio: a controllable personalised generative prior for portraits")
{
};
return VerbHost.Run(root, args);
