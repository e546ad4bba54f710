# The part of XNNPACK that an int8 encoder needs: the fully connected operator with dynamically quantised activations and
# per-channel int8 weights (qd8-f32-qc8w), and the conversion of f32 to qd8. All of XNNPACK takes many minutes to compile and
# its own CMake refuses Emscripten.
#
# xnnpack/common.txt  files of every build
# xnnpack/native.txt  x86-64 kernels from SSE2 to AVX-512 VNNI, chosen at run time through cpuinfo
# xnnpack/wasm.txt    WebAssembly kernels of both builds; xnnpack/wasm-relaxed.txt those that need relaxed SIMD

set(xnnpack "${AISLE_DEPS}/src/xnnpack")
set(pthreadpool "${AISLE_DEPS}/src/pthreadpool")
set(cpuinfo "${AISLE_DEPS}/src/cpuinfo")
set(fxdiv "${AISLE_DEPS}/src/fxdiv")

# pthreadpool without threads: one query is too little work to share.
add_library(pthreadpool STATIC "${pthreadpool}/src/shim.c")
target_include_directories(pthreadpool SYSTEM PUBLIC "${pthreadpool}/include" "${fxdiv}/include")
target_compile_definitions(pthreadpool PUBLIC FXDIV_USE_INLINE_ASSEMBLY=0)

file(STRINGS "${CMAKE_CURRENT_LIST_DIR}/xnnpack/common.txt" xnnpack_files)
if(EMSCRIPTEN)
  file(STRINGS "${CMAKE_CURRENT_LIST_DIR}/xnnpack/wasm.txt" xnnpack_kernels)
  if(AISLE_RELAXED_SIMD)
    file(STRINGS "${CMAKE_CURRENT_LIST_DIR}/xnnpack/wasm-relaxed.txt" relaxed_kernels)
    list(APPEND xnnpack_kernels ${relaxed_kernels})
  endif()
  set(xnnpack_features MEMOPT GEMM_M_SPECIALIZATION)
else()
  if(NOT CMAKE_SYSTEM_PROCESSOR STREQUAL "x86_64")
    message(FATAL_ERROR "The native build is for x86-64 only; other machines run the WebAssembly build")
  endif()
  file(STRINGS "${CMAKE_CURRENT_LIST_DIR}/xnnpack/native.txt" xnnpack_kernels)
  set(xnnpack_features MEMOPT GEMM_M_SPECIALIZATION CPUINFO AVXVNNI AVX512F AVX512SKX AVX512VNNI)
endif()
list(APPEND xnnpack_files ${xnnpack_kernels})
list(TRANSFORM xnnpack_files PREPEND "${xnnpack}/")
add_library(xnnpack STATIC ${xnnpack_files})

# XNNPACK wants every feature stated.
foreach(feature
    ARM_FP16_VECTOR ARM_FP16_SCALAR ARM_BF16 ARM_DOTPROD ARM_I8MM ARM_SME ARM_SME2 RISCV_VECTOR VSX HVX KLEIDIAI
    AVXVNNI AVXVNNIINT8 AVX256SKX AVX256VNNI AVX256VNNIGFNI
    AVX512F AVX512SKX AVX512VBMI AVX512VNNI AVX512VNNIGFNI AVX512AMX AVX512FP16
    ASSEMBLY SPARSE DWCONV_MULTIPASS MEMOPT GEMM_M_SPECIALIZATION CPUINFO)
  if(feature IN_LIST xnnpack_features)
    target_compile_definitions(xnnpack PRIVATE XNN_ENABLE_${feature}=1)
  else()
    target_compile_definitions(xnnpack PRIVATE XNN_ENABLE_${feature}=0)
  endif()
endforeach()
target_compile_definitions(xnnpack PRIVATE XNN_LOG_LEVEL=0 NDEBUG)
target_include_directories(xnnpack SYSTEM PUBLIC "${xnnpack}/include" PRIVATE "${xnnpack}/src")
target_link_libraries(xnnpack PUBLIC pthreadpool)

# gemm-config.c names kernels of operators we don't use: they are declared, never compiled, and go with their sections.
target_compile_options(xnnpack PRIVATE
  -w -fno-math-errno -ffunction-sections -fdata-sections
  $<$<COMPILE_LANGUAGE:C>:-std=gnu99> $<$<COMPILE_LANGUAGE:CXX>:-fno-exceptions -fno-rtti>)

if(EMSCRIPTEN)
  # One file misses math.h once the Arm and x86 code is gone; for the stub, see there.
  target_compile_options(xnnpack PRIVATE -O3 -include math.h)
  target_include_directories(xnnpack PRIVATE "${CMAKE_CURRENT_LIST_DIR}/xnnpack/stub")
  target_sources(xnnpack PRIVATE "${PROJECT_SOURCE_DIR}/src/encoder/pack_weights.c")
  set_source_files_properties("${xnnpack}/src/configs/gemm-config.c" PROPERTIES COMPILE_DEFINITIONS xnn_pack_qs8_weights_and_biases=aisle_pack_weights)
  return()
endif()

target_link_options(xnnpack INTERFACE -Wl,--gc-sections)

set(avx512skx -mavx512f -mavx512cd -mavx512bw -mavx512dq -mavx512vl)
foreach(file IN LISTS xnnpack_files)
  if(file MATCHES "avx512vnni")
    set(flags ${avx512skx} -mavx512vnni)
  elseif(file MATCHES "avx512skx")
    set(flags ${avx512skx})
  elseif(file MATCHES "avx512f")
    set(flags -mavx512f)
  elseif(file MATCHES "avxvnni")
    set(flags -mavx2 -mavxvnni -mf16c -mfma)
  elseif(file MATCHES "avx2")
    set(flags -mavx2 -mf16c -mfma)
  elseif(file MATCHES "avx")
    set(flags -mavx)
  elseif(file MATCHES "sse41")
    set(flags -msse4.1)
  else()
    set(flags "")
  endif()
  set_source_files_properties("${file}" PROPERTIES COMPILE_OPTIONS "${flags}")
endforeach()

file(GLOB cpuinfo_files
  "${cpuinfo}/src/*.c" "${cpuinfo}/src/linux/*.c"
  "${cpuinfo}/src/x86/*.c" "${cpuinfo}/src/x86/cache/*.c" "${cpuinfo}/src/x86/linux/*.c")
list(FILTER cpuinfo_files EXCLUDE REGEX "mock[a-z]*\\.c$")
add_library(cpuinfo STATIC ${cpuinfo_files})
target_include_directories(cpuinfo SYSTEM PUBLIC "${cpuinfo}/include" PRIVATE "${cpuinfo}/src")
target_compile_definitions(cpuinfo PRIVATE CPUINFO_LOG_LEVEL=2 _GNU_SOURCE NDEBUG)
target_compile_options(cpuinfo PRIVATE -w)
target_link_libraries(xnnpack PRIVATE cpuinfo)
