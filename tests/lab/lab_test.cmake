# native_lab_test(NAME name COMMAND words…) and vm_lab_test(NAME name [SKIPS cases…] COMMAND words…); see README.md in this folder.

# One machine for one build folder: two of them may run their tests at the same time.
string(MD5 lab_build_id "${CMAKE_BINARY_DIR}")
string(SUBSTRING "${lab_build_id}" 0 8 lab_build_id)
set(LAB_MACHINE "ctest-${lab_build_id}")
# What can't run here is skipped, or has failed where it must run.
set(lab_must_run ${CMAKE_CURRENT_LIST_DIR}/must_run.sh)

function(native_lab_test)
  cmake_parse_arguments(TEST "" "NAME;TIMEOUT" "COMMAND" ${ARGN})
  if(NOT TEST_TIMEOUT)
    set(TEST_TIMEOUT 120)
  endif()
  add_test(NAME lab.native.${TEST_NAME} COMMAND ${lab_must_run} ${TEST_COMMAND})
  set_tests_properties(lab.native.${TEST_NAME} PROPERTIES LABELS "lab;native" TIMEOUT ${TEST_TIMEOUT} SKIP_RETURN_CODE 77)
endfunction()

function(vm_lab_test)
  cmake_parse_arguments(TEST "" "NAME;TIMEOUT" "SKIPS;COMMAND" ${ARGN})
  if(NOT TEST_TIMEOUT)
    set(TEST_TIMEOUT 240)
  endif()
  set(skips "")
  if(TEST_SKIPS)
    list(JOIN TEST_SKIPS " " cases)
    set(skips --skips "${cases}")
  endif()
  add_test(NAME lab.vm.${TEST_NAME} COMMAND ${lab_must_run} ${skips} $<TARGET_FILE:drawbridge> lab run --name ${LAB_MACHINE} -- ${TEST_COMMAND})
  set_tests_properties(lab.vm.${TEST_NAME} PROPERTIES LABELS "lab;vm" TIMEOUT ${TEST_TIMEOUT} SKIP_RETURN_CODE 77 FIXTURES_REQUIRED lab_machine)
endfunction()
