# native_lab_test(NAME name COMMAND words…) and vm_lab_test(NAME name COMMAND words…); see README.md in this folder.

# One machine for one build folder: two of them may run their tests at the same time.
string(MD5 lab_build_id "${CMAKE_BINARY_DIR}")
string(SUBSTRING "${lab_build_id}" 0 8 lab_build_id)
set(LAB_MACHINE "ctest-${lab_build_id}")
set(lab_skip_reasons "namespaces need root's rights|can't run natively: this kernel lacks")

function(native_lab_test)
  cmake_parse_arguments(TEST "" "NAME;TIMEOUT" "COMMAND" ${ARGN})
  if(NOT TEST_TIMEOUT)
    set(TEST_TIMEOUT 120)
  endif()
  add_test(NAME lab.native.${TEST_NAME} COMMAND ${TEST_COMMAND})
  set_tests_properties(lab.native.${TEST_NAME} PROPERTIES LABELS "lab;native" TIMEOUT ${TEST_TIMEOUT} SKIP_RETURN_CODE 77
                       SKIP_REGULAR_EXPRESSION "${lab_skip_reasons}")
endfunction()

function(vm_lab_test)
  cmake_parse_arguments(TEST "" "NAME;TIMEOUT" "COMMAND" ${ARGN})
  if(NOT TEST_TIMEOUT)
    set(TEST_TIMEOUT 240)
  endif()
  add_test(NAME lab.vm.${TEST_NAME} COMMAND drawbridge lab run --name ${LAB_MACHINE} -- ${TEST_COMMAND})
  set_tests_properties(lab.vm.${TEST_NAME} PROPERTIES LABELS "lab;vm" TIMEOUT ${TEST_TIMEOUT} SKIP_RETURN_CODE 77 FIXTURES_REQUIRED lab_machine)
endfunction()
