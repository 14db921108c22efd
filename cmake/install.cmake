# What a package carries: the binary, its manual pages, completions made by the binary itself, the units, the name of our
# route protocol, and the gallery of scenarios for the lab.
install(TARGETS drawbridge RUNTIME DESTINATION ${CMAKE_INSTALL_SBINDIR})

file(GLOB pages CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/docs/man/*.[1-8])
foreach(page ${pages})
  string(REGEX MATCH "[1-8]$" section ${page})
  install(FILES ${page} DESTINATION ${CMAKE_INSTALL_MANDIR}/man${section})
endforeach()

set(completions ${PROJECT_BINARY_DIR}/completions)
add_custom_command(OUTPUT ${completions}/drawbridge ${completions}/_drawbridge ${completions}/drawbridge.fish
  COMMAND ${CMAKE_COMMAND} -E make_directory ${completions}
  COMMAND drawbridge completion bash > ${completions}/drawbridge
  COMMAND drawbridge completion zsh > ${completions}/_drawbridge
  COMMAND drawbridge completion fish > ${completions}/drawbridge.fish
  DEPENDS drawbridge
  COMMENT "Writing shell completions")
add_custom_target(completions ALL DEPENDS ${completions}/drawbridge)
install(FILES ${completions}/drawbridge DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
install(FILES ${completions}/_drawbridge DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions)
install(FILES ${completions}/drawbridge.fish DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)

# Made by tools/web build, which the package's script runs before: a build without Node is a build without the page.
install(DIRECTORY web/dist/ DESTINATION ${CMAKE_INSTALL_DATADIR}/drawbridge/web OPTIONAL)
install(DIRECTORY examples/ DESTINATION ${CMAKE_INSTALL_DATADIR}/drawbridge/examples)
install(FILES packaging/iproute2/drawbridge.conf DESTINATION ${CMAKE_INSTALL_FULL_SYSCONFDIR}/iproute2/rt_protos.d)
install(FILES packaging/pam.d/drawbridge DESTINATION ${CMAKE_INSTALL_FULL_SYSCONFDIR}/pam.d)
