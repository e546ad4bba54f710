// Stands in for the file that sentencepiece's own configure step would make.
#pragma once
#define VERSION "0.1.97"
#define PACKAGE "sentencepiece"
#define PACKAGE_STRING "sentencepiece"
