#!/usr/bin/env pwsh
# The one entry for people: ./build.ps1 VERB. Needs PowerShell 7 and the .NET SDK, nothing else.
# Only language features and .NET calls are used, so that it also runs where no PowerShell module is installed.
param(
    [Parameter(Position = 0)] [string] $Verb = '',
    # Debug or Release.
    [string] $Configuration = 'Release',
    # test: a dotnet test filter; bench: a BenchmarkDotNet filter.
    [string] $Filter = '',
    # restore, build and test: one project (a folder or a .csproj) in place of the whole solution.
    [string] $Project = '',
    # Folder for build outputs and packages, in place of each project's bin and obj.
    [string] $Artifacts = ''
)

Set-StrictMode -Version 3.0
$ErrorActionPreference = 'Stop'
# A failing dotnet call is reported through its exit code, below.
$PSNativeCommandUseErrorActionPreference = $false

$root = $PSScriptRoot
$verbs = [ordered]@{
    restore = 'fetch the packages'
    format  = 'lay out white space as .editorconfig says'
    build   = 'compile, with warnings as errors'
    test    = 'build and run the tests; -Filter EXPRESSION takes some of them'
    bench   = 'run the benchmarks; -Filter GLOB takes some of them'
    pack    = 'make the NuGet packages of Ctm.Kernels and Ctm.Engine in artifacts/packages'
    verify  = 'what a change must pass: file lengths, format, build, test, pack'
}
$maximumLines = 400

function Stop-WithError([string] $message, [int] $code) {
    [Console]::Error.WriteLine("build.ps1: $message")
    exit $code
}

# Runs dotnet and ends the script with dotnet's exit code when that is not zero. One array, because PowerShell swallows a bare --.
function Invoke-Dotnet([string[]] $arguments) {
    & dotnet @arguments
    if ($LASTEXITCODE -ne 0) {
        Stop-WithError "dotnet $($arguments[0]) failed with exit code $LASTEXITCODE." $LASTEXITCODE
    }
}

# C# files under $folder that have more than $limit lines, as "path: lines", generated files left out.
function Get-LongFile([string] $folder, [int] $limit) {
    foreach ($path in [IO.Directory]::EnumerateFiles($folder, '*.cs', [IO.SearchOption]::AllDirectories)) {
        $relative = [IO.Path]::GetRelativePath($folder, $path).Replace('\', '/')
        if ($relative -match '(^|/)(bin|obj|artifacts|\.git)/' -or $relative -match '\.(g|Designer|generated)\.cs$') {
            continue
        }
        $lines = [IO.File]::ReadAllLines($path).Length
        if ($lines -gt $limit) {
            "${relative}: $lines lines"
        }
    }
}

function Get-OutputArgument {
    if ($Artifacts -ne '') {
        '--artifacts-path'
        [IO.Path]::GetFullPath($Artifacts, $root)
    }
}

function Invoke-Verb([string] $name) {
    $target = if ($Project -ne '') { [IO.Path]::GetFullPath($Project, $root) } else { [IO.Path]::Combine($root, 'Ctm.sln') }
    $output = @(Get-OutputArgument)
    switch ($name) {
        'restore' { Invoke-Dotnet (@('restore', $target) + $output) }
        'format' { Invoke-Dotnet @('format', 'whitespace', $target) }
        'build' { Invoke-Dotnet (@('build', $target, '--configuration', $Configuration, '--nologo') + $output) }
        'test' {
            $selection = if ($Filter -ne '') { @('--filter', $Filter) } else { @() }
            Invoke-Dotnet (@('test', $target, '--configuration', $Configuration, '--nologo') + $selection + $output)
        }
        'bench' {
            $selection = if ($Filter -ne '') { $Filter } else { '*' }
            $benchmarks = [IO.Path]::Combine($root, 'Ctm.Benchmarks')
            Invoke-Dotnet @('run', '--configuration', $Configuration, '--project', $benchmarks, '--', '--filter', $selection)
        }
        'pack' {
            $base = if ($Artifacts -ne '') { [IO.Path]::GetFullPath($Artifacts, $root) } else { [IO.Path]::Combine($root, 'artifacts') }
            $packages = [IO.Path]::Combine($base, 'packages')
            foreach ($library in 'Ctm.Kernels', 'Ctm.Engine') {
                $folder = [IO.Path]::Combine($root, $library)
                Invoke-Dotnet (@('pack', $folder, '--configuration', $Configuration, '--nologo', '--output', $packages) + $output)
            }
        }
        'verify' {
            $long = @(Get-LongFile $root $maximumLines)
            if ($long.Count -gt 0) {
                Stop-WithError "split these files, at most $maximumLines lines each: $($long -join ', ')." 1
            }
            Invoke-Dotnet @('format', 'whitespace', $target, '--verify-no-changes')
            Invoke-Verb 'build'
            Invoke-Verb 'test'
            Invoke-Verb 'pack'
            'verify: everything passed.'
        }
    }
}

if ($Verb -eq '') {
    'usage: ./build.ps1 VERB [-Configuration Release] [-Filter F] [-Project P] [-Artifacts FOLDER]'
    foreach ($entry in $verbs.GetEnumerator()) {
        '  {0,-8} {1}' -f $entry.Key, $entry.Value
    }
    exit 0
}
if (-not $verbs.Contains($Verb)) {
    Stop-WithError "unknown verb '$Verb'. The verbs are: $($verbs.Keys -join ', ')." 2
}
if ($null -eq (Get-Command dotnet -ErrorAction Ignore)) {
    Stop-WithError 'dotnet was not found. Install the .NET SDK that global.json names.' 1
}
Invoke-Verb $Verb.ToLowerInvariant()
exit 0
