using System.CommandLine;
using WebStudio.Server.Verbs;
using WebStudio.Server.Verbs.Generators;

var root = new RootCommand("WebStudio: a controllable personalised generative prior for portraits")
{
    new Command("generator", "Look at, run and import generator networks") { new InspectVerb(), new MapVerb(), new RenderVerb(), new ConvertVerb() },
};
return VerbHost.Run(root, args);
