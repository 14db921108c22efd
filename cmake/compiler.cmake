# Warnings are errors; the fast linker and the compiler cache are used where they are installed.
add_library(drawbridge_flags INTERFACE)
target_compile_options(drawbridge_flags INTERFACE
  -Wall -Wextra -Wshadow -Wconversion -Wnon-virtual-dtor -Woverloaded-virtual -Wnull-dereference
  -Wimplicit-fallthrough -Werror -fno-omit-frame-pointer)
# g++ 12 reports false positives of these inside the standard library at -O2 (GCC bugs 105329, 105651, 107852).
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  target_compile_options(drawbridge_flags INTERFACE -Wno-restrict -Wno-maybe-uninitialized -Wno-stringop-overflow -Wno-array-bounds
                         -Wno-stringop-overread -Wno-free-nonheap-object -Wno-dangling-pointer -Wno-null-dereference)
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  # libstdc++ 12's stable_sort uses a function that it marks as deprecated itself.
  target_compile_options(drawbridge_flags INTERFACE -Wno-deprecated-declarations)
  # A template of dtl that nobody instantiates assigns in a const member function; clang 19 refuses it on sight.
  set_source_files_properties(src/base/diff.cc PROPERTIES COMPILE_OPTIONS "-fdelayed-template-parsing;-Wno-delayed-template-parsing-in-cxx20")
endif()
target_compile_definitions(drawbridge_flags INTERFACE DRAWBRIDGE_VERSION="${PROJECT_VERSION}")

if(DRAWBRIDGE_SANITIZE OR DRAWBRIDGE_FUZZ)
  add_compile_options(-fsanitize=address,undefined -fno-sanitize-recover=all)
  add_link_options(-fsanitize=address,undefined)
endif()
if(DRAWBRIDGE_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()

find_program(MOLD mold)
if(MOLD)
  add_link_options(-fuse-ld=mold)
endif()
find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
endif()
